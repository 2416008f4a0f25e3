from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminder_ladder import (
    DUE,
    Ladder,
    ReminderStep,
    first_reminder_time,
    is_working_time,
    next_reminder,
    next_working_time,
    working_days_after,
)

BERLIN = ZoneInfo("Europe/Berlin")
LADDER = Ladder()
THURSDAY = date(2026, 3, 12)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("due", "after", "expected"),
    [
        ("2026-03-12", "2026-03-01 09:00", "2026-03-09 10:00"),  # three working days before
        ("2026-03-12", "2026-03-09 10:00", "2026-03-11 10:00"),  # the day before
        ("2026-03-12", "2026-03-11 09:59", "2026-03-11 10:00"),
        ("2026-03-12", "2026-03-11 10:00", "2026-03-12 10:00"),  # on the day
        ("2026-03-12", "2026-03-12 10:00", "2026-03-19 10:00"),  # every week after
        ("2026-03-12", "2026-04-01 12:00", "2026-04-02 10:00"),
        ("2026-03-16", "2026-03-11 10:00", "2026-03-13 10:00"),  # due Monday: reminded on Friday
        ("2026-03-14", "2026-03-13 11:00", "2026-03-16 10:00"),  # due Saturday: reminded on Monday
        (
            "2026-03-30",
            "2026-03-27 10:00",
            "2026-03-30 10:00",
        ),  # the clocks went forward in between
        ("2026-10-26", "2026-10-23 10:00", "2026-10-26 10:00"),  # the clocks went back in between
    ],
)
def test_the_next_reminder_is_the_next_step_of_the_ladder(
    due: str, after: str, expected: str
) -> None:
    found = next_reminder(date.fromisoformat(due), after=local(after), zone=BERLIN, ladder=LADDER)
    assert found.at == local(expected)


def test_without_days_before_the_first_reminder_is_on_the_due_date() -> None:
    ladder = replace(LADDER, working_days_before=())
    found = next_reminder(THURSDAY, after=LONG_AGO, zone=BERLIN, ladder=ladder)
    assert found == ReminderStep(local("2026-03-12 10:00"), DUE)


def first_steps(due: str, ladder: Ladder, count: int, after: datetime = LONG_AGO) -> list[str]:
    """Return the first steps of reminders for an item, each with its day in the owner's zone."""
    found = []
    for _ in range(count):
        reminder = next_reminder(date.fromisoformat(due), after=after, zone=BERLIN, ladder=ladder)
        found.append(f"{reminder.step} {reminder.at.astimezone(BERLIN):%a %m-%d}")
        after = reminder.at
    return found


def test_the_steps_of_the_ladder_have_names() -> None:
    rungs = ["before:3 Mon 03-09", "before:1 Wed 03-11", "due Thu 03-12", "after:7 Thu 03-19"]
    assert first_steps("2026-03-12", LADDER, 4) == rungs


def test_days_before_are_counted_without_weekends_and_holidays() -> None:
    easter = frozenset({date(2026, 4, 3), date(2026, 4, 6)})  # Good Friday, Easter Monday
    ladder = replace(LADDER, days_off=easter)
    rungs = ["before:3 Tue 03-31", "before:1 Thu 04-02", "due Tue 04-07", "after:7 Tue 04-14"]
    assert first_steps("2026-04-07", ladder, 4) == rungs


def test_a_reminder_on_a_holiday_comes_on_the_next_working_day() -> None:
    ladder = replace(LADDER, days_off=frozenset({THURSDAY}))
    assert first_steps("2026-03-12", ladder, 3)[1:] == ["before:1 Wed 03-11", "due Fri 03-13"]
    assert not is_working_time(local("2026-03-12 12:00"), BERLIN, ladder)


def test_reminders_during_leave_come_once_on_the_day_of_return() -> None:
    ladder = replace(LADDER, back_on=date(2026, 3, 14))  # a Saturday
    assert first_steps("2026-03-12", ladder, 2) == ["due Mon 03-16", "after:7 Thu 03-19"]
    assert not is_working_time(local("2026-03-13 12:00"), BERLIN, ladder)
    assert next_working_time(local("2026-03-11 12:00"), BERLIN, ladder) == local("2026-03-16 10:00")


def test_configured_days_may_be_in_any_order() -> None:
    ladder = replace(LADDER, working_days_before=(1, 5, 1, 2))
    assert first_steps("2026-03-13", ladder, 3) == [
        "before:5 Fri 03-06",
        "before:2 Wed 03-11",
        "before:1 Thu 03-12",
    ]


def test_working_days_are_counted_forward_too() -> None:
    ladder = replace(LADDER, days_off=frozenset({date(2026, 3, 16)}))
    assert working_days_after(THURSDAY, 2, ladder) == date(2026, 3, 17)
    assert first_reminder_time(date(2026, 3, 14), BERLIN, ladder) == local("2026-03-17 10:00")


@pytest.mark.parametrize(("hour", "reminder_hour"), [(3, 9), (9, 9), (17, 17), (23, 17)])
def test_an_hour_outside_working_hours_is_moved_into_them(hour: int, reminder_hour: int) -> None:
    found = next_reminder(THURSDAY, after=LONG_AGO, zone=BERLIN, ladder=replace(LADDER, hour=hour))
    assert found.at.astimezone(BERLIN).hour == reminder_hour


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
def test_working_time_is_that_of_the_owners_zone(at: str, working: bool) -> None:  # noqa: FBT001
    assert is_working_time(local(at).astimezone(UTC), BERLIN, LADDER) is working


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-12 03:00", "2026-03-12 10:00"),
        ("2026-03-12 10:00", "2026-03-13 10:00"),
        ("2026-03-13 19:00", "2026-03-16 10:00"),
        ("2026-03-28 12:00", "2026-03-30 10:00"),
    ],
)
def test_the_next_working_time_is_at_the_reminder_hour(at: str, expected: str) -> None:
    assert next_working_time(local(at), BERLIN, LADDER) == local(expected)


# Zones at half and three-quarter hours, on both hemispheres, and with clock changes at midnight or
# by half an hour.
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Santiago",
     "Africa/Cairo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe",
     "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati"]
).map(ZoneInfo)  # fmt: skip
moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - Hypothesis requires naive bounds
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
dates = st.dates(date(2024, 1, 1), date(2031, 1, 1))
ladders = st.builds(
    Ladder,
    hour=st.integers(0, 23),
    working_days_before=st.lists(st.integers(0, 30), max_size=4).map(tuple),
    every_days_after=st.integers(1, 30),
    working_days=st.frozensets(st.integers(0, 6), min_size=1),
    days_off=st.frozensets(dates, max_size=20),
    back_on=st.none() | dates,
)


@given(dates, moments, zones, ladders)
def test_a_reminder_is_always_later_and_in_the_owners_working_time(
    due: date, after: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    found = next_reminder(due, after=after, zone=zone, ladder=ladder).at
    assert found > after
    assert found.tzinfo is UTC
    assert is_working_time(found, zone, ladder)


@given(dates, moments, zones, st.integers(9, 17))
def test_a_reminder_is_at_the_hour_on_the_owners_clock(
    due: date, after: datetime, zone: ZoneInfo, hour: int
) -> None:
    found = next_reminder(due, after=after, zone=zone, ladder=replace(LADDER, hour=hour))
    local_time = found.at.astimezone(zone)
    assert (local_time.hour, local_time.minute) == (hour, 0)


@given(dates, moments, zones, ladders)
def test_reminders_never_stop_and_never_come_twice_on_one_day(
    due: date, after: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    first = next_reminder(due, after=after, zone=zone, ladder=ladder).at
    second = next_reminder(due, after=first, zone=zone, ladder=ladder).at
    assert second.astimezone(zone).date() > first.astimezone(zone).date()


@given(moments, zones, ladders.map(lambda ladder: replace(ladder, days_off=(), back_on=None)))
def test_the_next_working_time_is_later_and_within_eight_days(
    at: datetime, zone: ZoneInfo, ladder: Ladder
) -> None:
    found = next_working_time(at, zone, ladder)
    assert at < found <= at + 8 * DAY
    assert is_working_time(found, zone, ladder)


leaves = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6)


@given(dates, zones, leaves, st.sets(st.integers(0, 90), max_size=40))
def test_no_step_is_repeated_or_skipped_whatever_leave_is_taken_or_cancelled(
    due: date, zone: ZoneInfo, leaves: list[tuple[int, int]], asleep: set[int]
) -> None:
    """The next reminder is computed anew every morning; on `asleep` days the bot sends nothing."""
    first_day = due - 20 * DAY
    step_days = [_next_weekday(due + days * DAY) for days in range(0, 100, 7)]
    step_days += [_working_days_before(due, 3), _working_days_before(due, 1)]
    sent_steps, sent_days = [], [first_day]
    for passed in range(90):
        today = first_day + passed * DAY
        back_on = max(
            (first_day + (day + long) * DAY for day, long in leaves if day <= passed), default=None
        )
        after = datetime.combine(sent_days[-1] + DAY, time(), zone) - timedelta(seconds=1)
        reminder = next_reminder(
            due, after=after, at=datetime.combine(today, time(9), zone), zone=zone,
            ladder=replace(LADDER, back_on=back_on),
        )  # fmt: skip
        is_there = today.weekday() < 5 and not (back_on and today < back_on)
        is_due = any(sent_days[-1] < day <= today for day in step_days)
        assert (reminder.at.astimezone(zone).date() == today) is (is_there and is_due)
        if is_there and is_due and passed not in asleep:
            sent_steps.append(reminder.step)
            sent_days.append(today)
    order = [
        ("before:3", "before:1", DUE).index(step) if "after" not in step else int(step[6:])
        for step in sent_steps
    ]
    assert order == sorted(set(order))


def _next_weekday(day: date) -> date:
    return day if day.weekday() < 5 else _next_weekday(day + DAY)


def _working_days_before(day: date, count: int) -> date:
    for _ in range(count):
        day -= DAY
        while day.weekday() > 4:
            day -= DAY
    return day
