"""Reminders on the machine's real clock, on days when the clocks change or the date differs from UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.action_item import ItemState
from bot.reminders import delivery, ladder
from storage import action_items, people
from storage.engine.store import Session, Store
from storage.people import Person
from tests.storage.conftest import declare

HOUR = 10  # the default hour of reminders
# The Monday after the clocks changed, or a day near the date line.
CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 30)),  # an hour forward
    ("Europe/Lisbon", date(2026, 10, 26)),  # an hour back
    ("America/New_York", date(2026, 3, 9)),
    ("America/New_York", date(2026, 11, 2)),
    ("Australia/Lord_Howe", date(2026, 4, 6)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 5)),
    (
        "Pacific/Kiritimati",
        date(2026, 3, 30),
    ),  # 14 hours ahead of UTC: there it's already the next day
    ("Pacific/Pago_Pago", date(2026, 3, 30)),  # 11 hours behind
]


@pytest.mark.parametrize(("zone", "due"), CHANGES)
def test_a_reminder_comes_at_the_owners_hour_on_the_due_date(
    session: Session, store: Store, zone: str, due: date
) -> None:
    rules = {"holidays": {zone: False}, "working_days_before": []}
    bot = Bot(store=store, policy=Policy.model_validate({"reminders": rules}))
    with freeze_time(datetime.combine(due - timedelta(days=3), time(12), UTC)) as clock:
        people.save(session, Person(id="U1", name="Ana Lopes", zone=zone), bot.now())
        incident = declare(session)
        item = action_items.add(
            session, incident_id=incident.id, text="Add an alert", state=ItemState.OPEN, owner="U1",
            due=due, priority="P1", created_by="U1", created_at=bot.now(),
        )  # fmt: skip
        ladder.plan(session, bot, item, bot.now())
        at_hour = datetime.combine(due, time(HOUR), ZoneInfo(zone)).astimezone(UTC)
        clock.move_to(at_hour - timedelta(seconds=1))
        assert delivery.remind(session, bot, bot.now()) == 0
        clock.move_to(at_hour)
        assert delivery.remind(session, bot, bot.now()) == 1
