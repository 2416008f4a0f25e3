"""When an owner hears of an action item: before it is due, on the day, and after until it is done.

Times are the owner's: the same hour on a working day where they live, whatever the clocks do there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The team's rules. Hours are of the day, `working_days` count from Monday as 0."""

    hour: int = 10
    days_before: int = 1
    every_days_after: int = 7
    working_days: frozenset[int] = frozenset(range(5))
    start: int = 9
    end: int = 18


def next_nudge(due: date, *, after: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Find the first step of the ladder after a moment, in UTC."""
    moments = (_at_hour(day, zone, ladder) for day in _steps(due, ladder))
    return next(moment for moment in moments if moment > after)


def is_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> bool:
    local = at.astimezone(zone)
    return local.weekday() in ladder.working_days and ladder.start <= local.hour < ladder.end


def next_working_time(at: datetime, zone: ZoneInfo, ladder: Ladder) -> datetime:
    """Find the next time after `at` to interrupt somebody: a working day, at the ladder's hour."""
    local = at.astimezone(zone)
    for days in count():
        day = local.date() + days * _DAY
        moment = _at_hour(day, zone, ladder)
        if day.weekday() in ladder.working_days and moment > at:
            return moment
    raise AssertionError  # a week has a working day


def _steps(due: date, ladder: Ladder) -> Iterator[date]:
    if ladder.days_before:
        yield _working_day(due - ladder.days_before * _DAY, -_DAY, ladder)
    for times in count():
        yield _working_day(due + times * ladder.every_days_after * _DAY, _DAY, ladder)


def _working_day(day: date, step: timedelta, ladder: Ladder) -> date:
    """Move off a weekend: forward, or back for what has to come before the date."""
    while day.weekday() not in ladder.working_days:
        day += step
    return day


def _at_hour(day: date, zone: ZoneInfo, ladder: Ladder) -> datetime:
    hour = min(max(ladder.hour, ladder.start), ladder.end - 1)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
