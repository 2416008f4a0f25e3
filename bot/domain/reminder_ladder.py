"""When an owner hears of an action item: before it is due, on the day, and after until it is done.

Times are the owner's: the same hour on a working day where they live, whatever the clocks do there.
What falls on a day off or into their leave is moved to the next day on which they work, and what
falls together then is said once.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, groupby
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)

# What a nudge stands for, beside the rungs `before:3`, `due` and `after:7` (working days before the
# date, days after it).
DUE, MISSING, NO_OWNER, SNOOZED = "due", "missing", "no owner", "snoozed"
LEAD, CHANNEL = "lead", "channel"  # it is late, and somebody else is told too, once
ESCALATIONS = (LEAD, CHANNEL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The rules for one person. Hours are of the day, `working_days` count from Monday as 0.

    `working_days_before` are rungs before the date; on the date there is one always. `days_off` are
    the holidays where the person lives. Until `back_on` they are away.
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
        """Whether it is a working day, leave or not."""
        return day.weekday() in self.working_days and day not in self.days_off

    def is_there_on(self, day: date) -> bool:
        return self.works_on(day) and not (self.back_on and day < self.back_on)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A step of the ladder, and when it is to be said, in UTC."""

    at: datetime
    step: str


def next_nudge(
    due: date, *, after: datetime, at: datetime | None = None, zone: ZoneInfo, ladder: Ladder
) -> Nudge:
    """Find the first step that falls after a moment, and when it can be said; of those together, the last.

    Leave moves when a step is said, never when it falls: whoever goes away or comes back early hears
    of none twice and misses none. What fell before `at` (`after`) is said at the next working time.
    """
    at = at or after
    falling = (
        Nudge(_sayable(day, at, zone, ladder), step)
        for day, step in _steps(due, ladder)
        if _at_hour(day, zone, ladder) > after
    )
    _, together = next(groupby(falling, key=lambda nudge: nudge.at))
    *_, last = together
    return last


def is_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> bool:
    local = at.astimezone(zone)
    return ladder.is_there_on(local.date()) and ladder.start <= local.hour < ladder.end


def next_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Find the next time after `at` to interrupt somebody: a working day, at the ladder's hour."""
    local = at.astimezone(zone)
    for days in count():
        day = local.date() + days * _DAY
        moment = _at_hour(day, zone, ladder)
        if ladder.is_there_on(day) and moment > at:
            return moment
    raise AssertionError  # a year has a working day


def on_or_after(day: date, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """The hour of reminders on a day, or on the first day after it on which the person works."""
    return _at_hour(_there(day, ladder), zone, ladder)


def first_working_day(day: date, ladder: Ladder) -> date:
    """The day itself, or the first working day after it."""
    return _working_day(day, _DAY, ladder)


def working_days_after(day: date, days: int, ladder: Ladder) -> date:
    """Count working days forward, holidays left out."""
    for _ in range(days):
        day = _working_day(day + _DAY, _DAY, ladder)
    return day


def _sayable(day: date, at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """When what falls on a day is said: then, else once the person is there and it is later than `at`."""
    moment = on_or_after(day, zone, ladder)
    return moment if moment > at else next_working_time(at, zone, ladder)


def _steps(due: date, ladder: Ladder) -> Iterator[tuple[date, str]]:
    """On which working day each step falls, leave not counted."""
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


def _there(day: date, ladder: Ladder) -> date:
    """Move off a weekend, a holiday, or leave: forward."""
    while not ladder.is_there_on(day):
        day += _DAY
    return day


def _at_hour(day: date, zone: ZoneInfo, ladder: Ladder) -> datetime:
    hour = min(max(ladder.hour, ladder.start), ladder.end - 1)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
