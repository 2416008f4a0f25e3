"""Due digests: database queries per check, and the hour in the channel's time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.config.context import Bot
from bot.config.policy import Channels, Digest, Policy, Weekday
from bot.domain.actor import Actor
from bot.domain.errors import NotAChoice
from bot.domain.weekly_digest import week_name
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
    "post_if_due", [weekly_digest.post_if_due, monthly.post_if_due], ids=["week", "month"]
)
def test_a_check_with_no_digest_due_runs_two_queries(bot: Bot, post_if_due: object) -> None:
    assert callable(post_if_due)
    with bot.store.begin() as session:
        post_if_due(session, bot, MONDAY)
    statements: list[str] = []
    event.listen(
        bot.store.engine, "before_cursor_execute", lambda *call: statements.append(str(call[2]))
    )
    with bot.store.begin() as session:
        assert not post_if_due(session, bot, MONDAY + timedelta(minutes=1))
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) == 2
    assert not [
        statement
        for statement in selects
        if "action_items" in statement or "incidents" in statement
    ]


@pytest.mark.parametrize(("minutes", "is_stored"), [(-1, False), (0, True), (1, True)])
def test_weekly_figures_are_stored_from_the_digests_hour_on(
    bot: Bot,
    minutes: int,
    is_stored: bool,  # noqa: FBT001
) -> None:
    with bot.store.begin() as session:
        weekly_digest.post_if_due(session, bot, MONDAY + timedelta(minutes=minutes))
        assert (stored.figures(session, "2026-W12") is not None) == is_stored


def test_the_digest_hour_is_kept_in_its_time_zone_across_a_clock_change() -> None:
    plan = DigestSchedule(day=Weekday.SUNDAY, hour=9, zone=BERLIN)
    winter, summer = (plan.of_week(date(2026, 3, day)).astimezone(UTC) for day in (18, 25))
    assert (winter, summer) == (
        datetime(2026, 3, 22, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 7, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(("month", "day"), [(1, 1), (2, 2), (3, 2), (5, 1), (8, 3), (11, 2)])
def test_a_months_figures_are_due_on_the_first_working_day_of_the_next_month(
    month: int, day: int
) -> None:
    plan = DigestSchedule(day=Weekday.MONDAY, hour=9, zone=BERLIN)
    assert plan.of_month(date(2026, month, 20), WEEKDAYS).date() == date(2026, month, day)


def test_the_digests_time_zone_overrides_the_general_one(bot: Bot) -> None:
    with bot.store.begin() as session:
        assert load_schedule(session, bot).zone == ZoneInfo("UTC")
        policy = bot.policy.model_copy(update={"digest": Digest(zone=BERLIN)})
        assert load_schedule(session, Bot(store=bot.store, policy=policy)).zone == BERLIN


@pytest.mark.parametrize(("day", "hour"), [("someday", 9), ("monday", 24), ("", 9)])
def test_an_invalid_digest_day_or_hour_is_rejected(bot: Bot, day: str, hour: int) -> None:
    actor = Actor(person="U1", channel_id="C1", at=MONDAY, request_id="1")
    with bot.store.begin() as session:
        before = load_schedule(session, bot)
        with pytest.raises(NotAChoice):
            change_schedule(session, bot, actor, (True, day, hour))
        assert load_schedule(session, bot) == before


def test_the_week_before_is_found_across_the_turn_of_the_year(bot: Bot) -> None:
    counts = {"opened": 1, "done": 2, "open": 3, "fell_due": 4, "overdue": 0, "oldest": 9}
    with bot.store.begin() as session:
        for day, kept in ((date(2026, 12, 21), 1), (date(2026, 12, 28), 2), (date(2027, 1, 4), 3)):
            at = datetime.combine(day, time(9), UTC)
            stored.add(session, week_name(day), counts | {"kept": kept}, at)
        digest = weekly_digest.load(session, bot, "2027-W01", MONDAY + timedelta(days=365))
        assert digest.before is not None
        assert (digest.now.kept, digest.before.kept) == (3, 2)
        assert (digest.week.first, digest.week.last) == (date(2026, 12, 28), date(2027, 1, 3))
        assert [first.day for first, _ in digest.weeks] == [14, 21, 28]
