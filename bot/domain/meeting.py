"""The review meeting: its time, its invitees, and the hour that suits most of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.reminder_ladder import Ladder, is_working_time

AFTER_DRAFT = timedelta(hours=24)  # mission D5: people have had a day to read it
AFTER_END = timedelta(hours=48)  # mission D5: memories are still fresh
SHARED_BEFORE = timedelta(hours=24)  # mission D5
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_SEARCHED_HOURS = 14 * 24  # hours; every team has a working day in two weeks


class MeetingState(StrEnum):
    """The state of a meeting."""

    PROPOSED = "proposed"
    SET = "set"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """An incident's meeting; there is at most one.

    `sequence` counts changes. People are Slack user ids.
    """

    incident_id: int
    state: MeetingState
    starts_at: datetime
    minutes: int
    facilitator: str | None = None
    participants: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    sequence: int = 0
    message_ts: str | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def invited(self) -> tuple[str, ...]:
        """Return everybody who is invited, the facilitator last."""
        chairs = (self.facilitator,) if self.facilitator else ()
        return tuple(dict.fromkeys((*self.participants, *chairs)))


@dataclass(frozen=True, slots=True)
class Invitee:
    """An invitee's time zone and working hours, with holidays and leave."""

    zone: ZoneInfo
    rules: Ladder


def find_best_start(
    people: Sequence[Invitee], span: tuple[datetime, datetime], minutes: int
) -> datetime:
    """Return the full hour, in UTC, at which most people are at work.

    `span` is the earliest start and the latest end. If no hour in it suits more than half of the
    people, return the first of the best hours in the two weeks after the earliest start. Hours on
    anybody's holiday or leave are avoided, if there are other hours in these two weeks.
    """
    earliest, latest = span
    hours = [*_full_hours(earliest)]
    available = {at: sum(_is_at_work(at, minutes, person) for person in people) for at in hours}
    free = [
        at for at in hours if available[at] and not any(_is_off(at, person) for person in people)
    ]
    best = free or hours
    soon = [
        at for at in best if at + minutes * _MINUTE <= latest and 2 * available[at] > len(people)
    ]
    return max(soon or best, key=lambda at: available[at])  # the first of equally good ones


def find_available(people: Mapping[str, Invitee], starts_at: datetime, minutes: int) -> list[str]:
    """Return the people for whom the whole meeting is within their working hours."""
    return [
        person for person, invitee in people.items() if _is_at_work(starts_at, minutes, invitee)
    ]


def find_share_time(starts_at: datetime, zone: ZoneInfo, rules: Ladder) -> datetime:
    """Return when to send a person the draft: a day before, or in the last working hour by then."""
    at = starts_at - SHARED_BEFORE
    hours = (at - back * _HOUR for back in range(_SEARCHED_HOURS))
    return next((hour for hour in hours if is_working_time(hour, zone, rules)), at)


def scale_agenda(agenda: Mapping[str, int], minutes: int) -> list[tuple[str, int]]:
    """Scale the agenda to a meeting's length.

    Each topic keeps its share; the last gets the remainder.
    """
    whole, left, parts = sum(agenda.values()), minutes, []
    for name, planned in [*agenda.items()][:-1]:
        part = planned * minutes // whole
        parts.append((name, part))
        left -= part
    return [*parts, ([*agenda][-1], left)]


def _full_hours(earliest: datetime) -> Iterator[datetime]:
    began = earliest.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = began if began == earliest else began + _HOUR
    return (first + number * _HOUR for number in range(_SEARCHED_HOURS))


def _is_at_work(at: datetime, minutes: int, person: Invitee) -> bool:
    moments = (at, at + (minutes - 1) * _MINUTE)
    return all(is_working_time(moment, person.zone, person.rules) for moment in moments)


def _is_off(at: datetime, person: Invitee) -> bool:
    """Return whether it's a holiday for a person, or they're on leave. Weekends don't count."""
    day, rules = at.astimezone(person.zone).date(), person.rules
    away = rules.back_on is not None and day < rules.back_on
    return away or day in rules.days_off
