"""What the digest's ticks ask of the database, and the hour at which they act."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.config.context import Bot
from bot.config.policy import Channels, Digest, Policy, Weekday
from bot.domain.actor import Actor
from bot.domain.errors import NotAChoice
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import DigestSchedule, change_schedule, load_schedule
from storage import digests as stored
from storage.engine import schema
from storage.engine.store import Store

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = frozenset(range(5))


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    store = Store(f"sqlite:///{tmp_path / 'debrief.db'}")
    schema.upgrade(store)
    yield Bot(store=store, policy=Policy(channels=Channels(digest="reliability")))
    store.close()


@pytest.mark.parametrize(
    "tick", [weekly_digest.post_if_due, monthly.post_if_due], ids=["week", "month"]
)
def test_a_tick_with_nothing_due_asks_two_things_of_the_database(bot: Bot, tick: object) -> None:
    assert callable(tick)
    with bot.store.begin() as session:
        tick(session, bot, MONDAY)
    asked: list[str] = []
    event.listen(
        bot.store.engine, "before_cursor_execute", lambda *call: asked.append(str(call[2]))
    )
    with bot.store.begin() as session:
        assert not tick(session, bot, MONDAY + timedelta(minutes=1))
    selects = [each for each in asked if each.startswith("SELECT")]
    assert len(selects) == 2
    assert not [each for each in selects if "action_items" in each or "incidents" in each]


@pytest.mark.parametrize(("minutes", "made"), [(-1, False), (0, True), (1, True)])
def test_a_week_is_counted_from_its_hour_on(bot: Bot, minutes: int, made: bool) -> None:  # noqa: FBT001
    with bot.store.begin() as session:
        weekly_digest.post_if_due(session, bot, MONDAY + timedelta(minutes=minutes))
        assert (stored.figures(session, "2026-W12") is not None) == made


def test_the_hour_is_that_of_the_channels_zone_whatever_the_clocks_do() -> None:
    plan = DigestSchedule(day=Weekday.SUNDAY, hour=9, zone=BERLIN)
    winter, summer = (plan.of_week(date(2026, 3, day)).astimezone(UTC) for day in (18, 25))
    assert (winter, summer) == (
        datetime(2026, 3, 22, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 7, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(("month", "day"), [(1, 1), (2, 2), (3, 2), (5, 1), (8, 3), (11, 2)])
def test_a_month_is_told_on_the_first_working_day_of_the_next(month: int, day: int) -> None:
    plan = DigestSchedule(day=Weekday.MONDAY, hour=9, zone=BERLIN)
    assert plan.of_month(date(2026, month, 20), WEEKDAYS).date() == date(2026, month, day)


def test_the_zone_of_the_digest_goes_before_the_policys(bot: Bot) -> None:
    with bot.store.begin() as session:
        assert load_schedule(session, bot).zone == ZoneInfo("UTC")
        policy = bot.policy.model_copy(update={"digest": Digest(zone=BERLIN)})
        assert load_schedule(session, Bot(store=bot.store, policy=policy)).zone == BERLIN


@pytest.mark.parametrize(("day", "hour"), [("someday", 9), ("monday", 24), ("", 9)])
def test_a_day_or_hour_that_is_none_changes_nothing(bot: Bot, day: str, hour: int) -> None:
    actor = Actor(person="U1", channel_id="C1", at=MONDAY, request_id="1")
    with bot.store.begin() as session:
        before = load_schedule(session, bot)
        with pytest.raises(NotAChoice):
            change_schedule(session, bot, actor, (True, day, hour))
        assert load_schedule(session, bot) == before


@pytest.mark.parametrize(
    ("week", "before"),
    [("2026-W12", "2026-W11"), ("2026-W01", "2025-W52"), ("2027-W01", "2026-W53")],
)
def test_the_week_before(week: str, before: str) -> None:
    assert weekly_digest.week_before(week) == before
