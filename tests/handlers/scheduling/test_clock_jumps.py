"""Downtime, clock jumps and clock changes: no reminder or digest is lost or repeated."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import Town, eventually

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 16, 9, 1, tzinfo=UTC)  # one minute after the digest is due


def _with_item(town: Town, text: str = "Alert on saturation @mei friday", channel: str = "") -> str:
    channel = channel or town.declare()
    town.incident("ana", f"action {text}", channel)
    town.settle()
    return channel


def _restart_at(town: Town, at: datetime) -> None:
    """Stop the bot and start it again at a time."""
    town.service.stop()
    town.restart(away=at - town.sandbox.clock.now())
    town.settle()


def _digests(town: Town) -> list[str]:
    texts = [message["text"] for message in town.said("sre-weekly")]
    return [text for text in texts if "Action items, week" in text]


def test_reminders_due_during_downtime_come_in_one_dm_after_the_restart(town: Town) -> None:
    channel = _with_item(town, "Alert on saturation @mei thursday")
    _with_item(town, "Write the runbook @mei friday", channel)
    _restart_at(town, datetime(2026, 3, 13, 1, 30, tzinfo=UTC))  # Friday 10:30 in Tokyo
    (reminder,) = town.ws.dm("mei")
    assert "Alert on saturation" in reminder["text"]
    assert "Write the runbook" in reminder["text"]


def test_a_reminder_due_during_downtime_is_not_sent_at_night(town: Town) -> None:
    _with_item(town)
    _restart_at(town, datetime(2026, 3, 12, 18, 0, tzinfo=UTC))  # Friday 03:00 in Tokyo
    assert town.ws.dm("mei") == []
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    town.settle()
    assert len(town.ws.dm("mei")) == 1


def test_a_digest_that_is_hours_late_is_posted_once(town: Town) -> None:
    _with_item(town)
    _restart_at(town, MONDAY + timedelta(hours=5))
    assert len(_digests(town)) == 1
    _restart_at(town, MONDAY + timedelta(hours=6))
    assert len(_digests(town)) == 1


def test_a_digest_that_is_days_late_is_merged_into_the_next_one(town: Town) -> None:
    _with_item(town)
    _restart_at(town, MONDAY + 2 * DAY)
    assert _digests(town) == []
    town.sandbox.clock.move_to(MONDAY + 7 * DAY)
    town.settle()
    (digest,) = _digests(town)
    assert "week 13" in digest


def test_a_clock_that_jumps_ahead_sends_each_message_at_most_once(town: Town) -> None:
    _with_item(town)
    town.sandbox.clock.advance(30 * DAY)
    town.settle()
    assert len(town.ws.dm("mei")) <= 1
    assert len(_digests(town)) <= 1


def test_a_clock_set_back_stops_no_message_and_repeats_none(town: Town) -> None:
    channel = _with_item(town)
    thursday = datetime(2026, 3, 12, 1, 1, tzinfo=UTC)
    town.sandbox.clock.move_to(thursday)
    town.settle()
    assert len(town.ws.dm("mei")) == 1
    town.sandbox.clock.move_to(thursday - timedelta(minutes=10), back=True)
    town.incident("ana", "status identified", channel)
    eventually(lambda: "set the status to *identified*" in town.texts(channel), "it still speaks")
    town.sandbox.clock.move_to(thursday + timedelta(hours=1))
    town.settle()
    assert len(town.ws.dm("mei")) == 1


def _run_retries(town: Town) -> None:
    """Advance the clock until no job waits for a retry."""

    def is_quiet() -> bool:
        town.sandbox.clock.advance(timedelta(seconds=20))
        return town.service.is_quiet()

    eventually(is_quiet, "the outbox is empty")
    town.settle()


def test_a_reminder_delayed_by_slack_errors_is_merged_into_the_next_one(town: Town) -> None:
    channel = _with_item(town, "Alert on saturation @mei thursday")
    _with_item(town, "Write the runbook @mei friday", channel)
    # Wednesday's DM fails until Thursday's is due.
    town.sandbox.faults.on("server_error", method="conversations.open")
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 1, 1, tzinfo=UTC))
    eventually(lambda: len(town.sandbox.record.called("conversations.open")) > 0, "it was tried")
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))
    eventually(lambda: len(town.sandbox.record.called("conversations.open")) > 1, "again")
    town.sandbox.faults.clear()
    _run_retries(town)
    (first_reminder,) = town.ws.dm("mei")
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    town.settle()
    _, second_reminder = town.ws.dm("mei")
    assert "Alert on saturation" in first_reminder["text"]
    assert "Write the runbook" in second_reminder["text"]


def test_a_reminder_delayed_by_slack_errors_is_not_sent_at_night(town: Town) -> None:
    _with_item(town)
    town.sandbox.faults.on("server_error", method="conversations.open")
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))
    eventually(lambda: len(town.sandbox.record.called("conversations.open")) > 0, "it was tried")
    town.sandbox.faults.clear()
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 16, 0, tzinfo=UTC))  # 01:00 in Tokyo
    town.settle()
    assert town.ws.dm("mei") == []
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    town.settle()
    assert len(town.ws.dm("mei")) == 1


@pytest.mark.parametrize(
    ("start", "due", "before", "after"),
    [
        # Lisbon's clocks go forward on Sunday 29 March 2026: ten on Monday is 09:00 UTC.
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), "tuesday", (30, 8, 55), (30, 9, 1)),
        # The day before 1 March is a leap day in 2028.
        (datetime(2028, 2, 25, 12, 0, tzinfo=UTC), "2028-03-01", (29, 9, 55), (29, 10, 1)),
        # The last day of a month: reminded the day before.
        (datetime(2026, 4, 27, 12, 0, tzinfo=UTC), "eom", (29, 8, 55), (29, 9, 1)),
    ],
    ids=["clocks forward", "leap day", "month end"],
)
def test_reminders_are_sent_at_ten_in_the_owners_time_zone_on_unusual_dates(
    tmp_path: Path, start: datetime, due: str, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", at=start) as town:
        _with_item(town, f"Write it down @ana {due}")
        for (day, hour, minute), reminders in ((before, 0), (after, 1)):
            town.sandbox.clock.move_to(start.replace(day=day, hour=hour, minute=minute))
            town.settle()
            assert len(town.ws.dm("ana")) == reminders


def test_a_note_typed_the_next_morning_is_dated_on_the_day_of_the_incident(town: Town) -> None:
    """Declared at 14:00 in Lisbon, resolved, and written up the next day before 14:00."""
    channel = town.declare()
    town.incident("ana", "resolve cache restarted", channel)
    town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 9, 30, tzinfo=UTC))
    town.incident("ana", "note 14:10 the pool was exhausted", channel)
    town.incident("ana", "note yesterday 13:50 deploy of v42", channel)
    refusal = town.incident("ana", "note 25:99 the pool was exhausted", channel)
    town.settle()
    notes = {
        event.text: event.happened_at for event in town.recorded(channel) if event.kind == "note"
    }
    assert notes == {
        "the pool was exhausted": datetime(2026, 3, 10, 14, 10, tzinfo=UTC),
        "deploy of v42": datetime(2026, 3, 10, 13, 50, tzinfo=UTC),
    }
    assert "“25:99” is not a time in the past" in refusal
