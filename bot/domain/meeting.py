"""The review meeting: when it is, who comes, and which hour suits most of them where they live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.reminder_ladder import Ladder, is_working_time

AFTER_DRAFT = timedelta(hours=24)  # mission D5: people have had a day to read it
AFTER_END = timedelta(hours=48)  # mission D5: what happened is still fresh
SHARED_BEFORE = timedelta(hours=24)  # mission D5
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_LOOKED_AT = 14 * 24  # hours: two weeks have a working day in every team


class MeetingState(StrEnum):
    """How far it is agreed on."""

    PROPOSED = "proposed"
    SET = "set"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """The one meeting of an incident. `sequence` counts its changes. People are Slack user ids."""

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
        """Everybody who is to come, the facilitator last."""
        chairs = (self.facilitator,) if self.facilitator else ()
        return tuple(dict.fromkeys((*self.participants, *chairs)))


@dataclass(frozen=True, slots=True)
class Invited:
    """Where somebody lives, and when they work there: their holidays and their leave are in the rules."""

    zone: ZoneInfo
    rules: Ladder


def best_start(
    people: Sequence[Invited], span: tuple[datetime, datetime], minutes: int
) -> datetime:
    """Find the full hour at which most people are at work, in UTC.

    `span` is from when on, and until when it should be over. Where no hour of the span suits more than half
    of the people, it is the first of the best in the two weeks after its beginning. It is on nobody's
    holiday, nor in anybody's leave, if there is an hour in those two weeks that is on none.
    """
    earliest, latest = span
    hours = [*_full_hours(earliest)]
    fits = {at: sum(_at_work(at, minutes, each) for each in people) for at in hours}
    free = [at for at in hours if fits[at] and not any(_is_off(at, each) for each in people)]
    best = free or hours
    soon = [at for at in best if at + minutes * _MINUTE <= latest and 2 * fits[at] > len(people)]
    return max(soon or best, key=lambda at: fits[at])  # the first of those that are equal


def at_work(people: Mapping[str, Invited], starts_at: datetime, minutes: int) -> list[str]:
    """Those for whom the whole of a meeting is in their working hours."""
    return [who for who, each in people.items() if _at_work(starts_at, minutes, each)]


def share_from(starts_at: datetime, zone: ZoneInfo, rules: Ladder) -> datetime:
    """When a person is to have the draft: a day before, or in the last working hour before that."""
    at = starts_at - SHARED_BEFORE
    hours = (at - back * _HOUR for back in range(_LOOKED_AT))
    return next((each for each in hours if is_working_time(each, zone, rules)), at)


def shared_out(agenda: Mapping[str, int], minutes: int) -> list[tuple[str, int]]:
    """The agenda for a meeting of another length: each part keeps its share, the last takes the rest."""
    whole, left, parts = sum(agenda.values()), minutes, []
    for name, planned in [*agenda.items()][:-1]:
        part = planned * minutes // whole
        parts.append((name, part))
        left -= part
    return [*parts, ([*agenda][-1], left)]


def _full_hours(earliest: datetime) -> Iterator[datetime]:
    began = earliest.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = began if began == earliest else began + _HOUR
    return (first + number * _HOUR for number in range(_LOOKED_AT))


def _at_work(at: datetime, minutes: int, person: Invited) -> bool:
    moments = (at, at + (minutes - 1) * _MINUTE)
    return all(is_working_time(each, person.zone, person.rules) for each in moments)


def _is_off(at: datetime, person: Invited) -> bool:
    """Whether it is a holiday where a person lives, or in their leave; a mere weekend is neither."""
    day, rules = at.astimezone(person.zone).date(), person.rules
    away = rules.back_on is not None and day < rules.back_on
    return away or day in rules.days_off
