from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminding import Ladder, is_working_time, next_nudge, next_working_time

BERLIN = ZoneInfo("Europe/Berlin")
LADDER = Ladder()
THURSDAY = date(2026, 3, 12)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("due", "after", "nudge"),
    [
        ("2026-03-12", "2026-03-01 09:00", "2026-03-11 10:00"),  # the day before
        ("2026-03-12", "2026-03-11 09:59", "2026-03-11 10:00"),
        ("2026-03-12", "2026-03-11 10:00", "2026-03-12 10:00"),  # on the day
        ("2026-03-12", "2026-03-12 10:00", "2026-03-19 10:00"),  # each week after
        ("2026-03-12", "2026-04-01 12:00", "2026-04-02 10:00"),
        ("2026-03-16", "2026-03-01 09:00", "2026-03-13 10:00"),  # Monday: told on Friday
        ("2026-03-14", "2026-03-13 11:00", "2026-03-16 10:00"),  # Saturday: told on Monday
        ("2026-03-30", "2026-03-27 10:00", "2026-03-30 10:00"),  # clocks went forward between
        ("2026-10-26", "2026-10-23 10:00", "2026-10-26 10:00"),  # and back
    ],
)
def test_the_next_nudge_is_the_next_step_of_the_ladder(due: str, after: str, nudge: str) -> None:
    found = next_nudge(date.fromisoformat(due), after=local(after), zone=BERLIN, ladder=LADDER)
    assert found == local(nudge)


def test_without_days_before_the_first_nudge_is_on_the_day() -> None:
    found = next_nudge(THURSDAY, after=LONG_AGO, zone=BERLIN, ladder=replace(LADDER, days_before=0))
    assert found == local("2026-03-12 10:00")


@pytest.mark.parametrize(("hour", "said"), [(3, 9), (9, 9), (17, 17), (23, 17)])
def test_an_hour_outside_work_is_moved_into_it(hour: int, said: int) -> None:
    found = next_nudge(THURSDAY, after=LONG_AGO, zone=BERLIN, ladder=replace(LADDER, hour=hour))
    assert found.astimezone(BERLIN).hour == said


@pytest.mark.parametrize(
    ("at", "working"),
    [
        ("2026-03-12 08:59", False),
        ("2026-03-12 09:00", True),
        ("2026-03-12 17:59", True),
        ("2026-03-12 18:00", False),
        ("2026-03-14 12:00", False),
    ],
)
def test_working_time_is_where_the_owner_lives(at: str, working: bool) -> None:  # noqa: FBT001
    assert is_working_time(local(at).astimezone(UTC), BERLIN, LADDER) is working


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-03-12 03:00", "2026-03-12 10:00"),
        ("2026-03-12 10:00", "2026-03-13 10:00"),
        ("2026-03-13 19:00", "2026-03-16 10:00"),
        ("2026-03-28 12:00", "2026-03-30 10:00"),
    ],
)
def test_the_next_working_time_is_at_the_ladders_hour(at: str, then: str) -> None:
    assert next_working_time(local(at), BERLIN, LADDER) == local(then)


# Half and three-quarter hours, both hemispheres, clocks that change at midnight or by half an hour.
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Santiago",
     "Africa/Cairo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe",
     "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati"]
).map(ZoneInfo)  # fmt: skip
moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis wants its bounds so
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
dates = st.dates(date(2024, 1, 1), date(2031, 1, 1))
ladders = st.builds(
    Ladder,
    hour=st.integers(0, 23),
    days_before=st.integers(0, 30),
    every_days_after=st.integers(1, 30),
    working_days=st.frozensets(st.integers(0, 6), min_size=1),
)


@given(dates, moments, zones, ladders)
def test_a_nudge_is_always_later_and_in_working_time_where_the_owner_lives(
    due: date, after: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    found = next_nudge(due, after=after, zone=zone, ladder=ladder)
    assert found > after
    assert found.tzinfo is UTC
    assert is_working_time(found, zone, ladder)


@given(dates, moments, zones, st.integers(9, 17))
def test_a_nudge_is_at_the_hour_on_the_owners_clock(
    due: date, after: datetime, zone: ZoneInfo, hour: int
) -> None:
    found = next_nudge(due, after=after, zone=zone, ladder=replace(LADDER, hour=hour))
    shown = found.astimezone(zone)
    assert (shown.hour, shown.minute) == (hour, 0)


@given(dates, moments, zones, ladders)
def test_nudges_never_stop_and_never_come_on_the_same_day(
    due: date, after: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    first = next_nudge(due, after=after, zone=zone, ladder=ladder)
    second = next_nudge(due, after=first, zone=zone, ladder=ladder)
    assert second.astimezone(zone).date() > first.astimezone(zone).date()


@given(moments, zones, ladders)
def test_the_next_working_time_is_later_working_and_within_eight_days(
    at: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    found = next_working_time(at, zone, ladder)
    assert at < found <= at + 8 * DAY
    assert is_working_time(found, zone, ladder)
