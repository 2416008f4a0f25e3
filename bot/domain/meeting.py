"""The review meeting: when it is, who comes, and which hour suits most of them where they live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.reminding import Ladder, is_working_time

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


def best_start(
    zones: Sequence[ZoneInfo], rules: Ladder, span: tuple[datetime, datetime], minutes: int
) -> datetime:
    """Find the full hour at which most people are at work, in UTC.

    `span` is from when on, and until when it should be over. Where no hour of the span suits more than half
    of the people, it is the first of the best in the two weeks after its beginning.
    """
    earliest, latest = span
    hours = [*_full_hours(earliest)]
    fits = {at: sum(_at_work(at, minutes, zone, rules) for zone in zones) for at in hours}
    soon = [at for at in hours if at + minutes * _MINUTE <= latest and 2 * fits[at] > len(zones)]
    return max(soon or hours, key=lambda at: fits[at])  # the first of those that are equal


def at_work(
    people: Mapping[str, ZoneInfo], rules: Ladder, starts_at: datetime, minutes: int
) -> list[str]:
    """Those for whom the whole of a meeting is in their working hours."""
    return [who for who, zone in people.items() if _at_work(starts_at, minutes, zone, rules)]


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


def _at_work(at: datetime, minutes: int, zone: ZoneInfo, rules: Ladder) -> bool:
    last = at + (minutes - 1) * _MINUTE
    return is_working_time(at, zone, rules) and is_working_time(last, zone, rules)
