"""The schedule of reminders for an action item: before its due date, on it, and until it's done.

Times are in the owner's time zone: the same hour on every working day, regardless of clock changes.
A reminder on a day off or during leave moves to the owner's next working day. Reminders that then
coincide are sent as one.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, groupby
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)

# Steps besides `before:3` (working days before the due date), `due`, and `after:7` (days after it).
DUE, MISSING, NO_OWNER, SNOOZED = "due", "missing", "no owner", "snoozed"
LEAD_STEP, CHANNEL_STEP = "lead", "channel"  # escalations of an overdue item, once each
ESCALATIONS = (LEAD_STEP, CHANNEL_STEP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The rules for one person. Hours are hours of the day; `working_days` count from Monday as 0.

    `working_days_before` are steps before the due date, which always has one itself. `days_off` are
    the holidays where the person lives. They're on leave until `back_on`.
    """

    hour: int = 10
    working_days_before: tuple[int, ...] = (3, 1)
    every_days_after: int = 7
    working_days: frozenset[int] = frozenset(range(5))
    start: int = 9
    end: int = 18
    days_off: Container[date] = frozenset()
    back_on: date | None = None

    def works_on(self, day: date) -> bool:
        """Return whether a date is a working day, ignoring leave."""
        return day.weekday() in self.working_days and day not in self.days_off

    def is_available_on(self, day: date) -> bool:
        return self.works_on(day) and not (self.back_on and day < self.back_on)


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """A step of the ladder, and when to send its reminder, in UTC."""

    at: datetime
    step: str


def next_reminder(
    due: date, *, after: datetime, at: datetime | None = None, zone: ZoneInfo, ladder: Ladder
) -> ReminderStep:
    """Return the first step after `after`, and when to send it; of several at that time, the last.

    Leave changes when a step is sent, not when it's due, so that going on leave or coming back
    early neither repeats nor skips a step. Steps due before `at` (by default `after`) are sent at
    the next working time.
    """
    at = at or after
    falling = (
        ReminderStep(_sending_time(day, at, zone, ladder), step)
        for day, step in _steps(due, ladder)
        if _at_hour(day, zone, ladder) > after
    )
    _, together = next(groupby(falling, key=lambda nudge: nudge.at))
    *_, last = together
    return last


def is_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> bool:
    local = at.astimezone(zone)
    return ladder.is_available_on(local.date()) and ladder.start <= local.hour < ladder.end


def next_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Return the next time after `at` to interrupt a person: on a working day, at their hour."""
    local = at.astimezone(zone)
    for days in count():
        day = local.date() + days * _DAY
        moment = _at_hour(day, zone, ladder)
        if ladder.is_available_on(day) and moment > at:
            return moment
    raise AssertionError  # unreachable: every year has a working day


def earliest_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Return `at` if a person may be interrupted then, else the next time that they may."""
    return at if is_working_time(at, zone, ladder) else next_working_time(at, zone, ladder)


def first_reminder_time(day: date, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Return the reminder hour on a day, or on the person's first day at work after it."""
    return _at_hour(_first_day_present(day, ladder), zone, ladder)


def first_working_day(day: date, ladder: Ladder) -> date:
    """Return the date itself, or the first working day after it."""
    return _working_day(day, _DAY, ladder)


def working_days_after(day: date, days: int, ladder: Ladder) -> date:
    """Return the date a number of working days later, excluding holidays."""
    for _ in range(days):
        day = _working_day(day + _DAY, _DAY, ladder)
    return day


def _sending_time(day: date, at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Return when to send the step of a day: then, else at the next working time after `at`."""
    moment = first_reminder_time(day, zone, ladder)
    return moment if moment > at else next_working_time(at, zone, ladder)


def _steps(due: date, ladder: Ladder) -> Iterator[tuple[date, str]]:
    """Yield the working day and name of each step, ignoring leave."""
    for days in sorted({*ladder.working_days_before} - {0}, reverse=True):
        yield _working_days_before(due, days, ladder), f"before:{days}"
    for times in count():
        days = times * ladder.every_days_after
        yield first_working_day(due + days * _DAY, ladder), f"after:{days}" if days else DUE


def _working_days_before(day: date, days: int, ladder: Ladder) -> date:
    for _ in range(days):
        day = _working_day(day - _DAY, -_DAY, ladder)
    return day


def _working_day(day: date, step: timedelta, ladder: Ladder) -> date:
    while not ladder.works_on(day):
        day += step
    return day


def _first_day_present(day: date, ladder: Ladder) -> date:
    """Return the first date that isn't a weekend, a holiday or on leave."""
    while not ladder.is_available_on(day):
        day += _DAY
    return day


def _at_hour(day: date, zone: ZoneInfo, ladder: Ladder) -> datetime:
    hour = min(max(ladder.hour, ladder.start), ladder.end - 1)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
