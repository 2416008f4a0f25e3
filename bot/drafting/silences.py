"""Silences during an incident, which the record shows by itself.

Readers will wonder what happened between two rows an hour apart. Often it was work that nobody
mentioned, and that's worth knowing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, starmap

from bot.domain.key_times import Moment, Moments
from bot.domain.timeline import EventKind
from bot.drafting.cues.senses import Sense
from bot.drafting.reading.lines import Line

_CLOSING_KINDS = {EventKind.RESOLVED, EventKind.CANCELLED}
MIN_SILENCE = timedelta(minutes=30)  # silences from this length on are worth mentioning
_MAX_SILENCES = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence, as the lines before and after it."""

    last: Line
    following: Line

    @property
    def span(self) -> timedelta:
        return self.following.event.happened_at - self.last.event.happened_at

    @property
    def evidence(self) -> tuple[str, str]:
        return self.last.id, self.following.id


def find_silences(lines: Sequence[Line], moments: Moments) -> tuple[Silence, ...]:
    """Return the longest silences between the first sign and the end, at most five, in order."""
    gaps = [gap for stretch in _stretches(lines, moments) for gap in _long_gaps(stretch)]
    longest = sorted(gaps, key=lambda gap: -gap.span)[:_MAX_SILENCES]
    return tuple(sorted(longest, key=lambda gap: gap.last.event.happened_at))


def find_longest_silence(lines: Sequence[Line], moments: Moments) -> Silence | None:
    """Return the longest silence during which the incident certainly continued.

    If only the resolution ended it, the trouble may have been over before it began.
    """
    silences = [
        gap
        for gap in find_silences(lines, moments)
        if moments.restored or not _is_end(gap.following, moments.resolved)
    ]
    return max(silences, key=lambda gap: gap.span, default=None)


def find_longest_without_update(lines: Sequence[Line], moments: Moments) -> Silence | None:
    """Return the longest time between two updates to people outside.

    None if nobody mentioned an update, since updates may have been posted elsewhere.
    """
    gaps = [
        gap
        for stretch in _stretches(lines, moments)
        for gap in _long_gaps([line for line in stretch if _is_update(line)])
    ]
    return max(gaps, key=lambda gap: gap.span, default=None)


def _stretches(lines: Sequence[Line], moments: Moments) -> Iterator[list[Line]]:
    """Yield the lines during the incident, in a new list after each resolution and reopening.

    Notes are left out, because they're entered later, with their own times.
    """
    start, end = moments.detected, moments.restored or moments.resolved
    stretch: list[Line] = []
    is_open = True
    for line in lines if start and end else ():
        is_open = is_open or line.event.kind is EventKind.REOPENED
        if not is_open or line.event.kind is EventKind.NOTE or not _is_within(line, start, end):
            continue
        stretch.append(line)
        if line.event.kind in _CLOSING_KINDS:
            yield stretch
            stretch, is_open = [], False
    yield stretch


def _is_within(line: Line, start: Moment | None, end: Moment | None) -> bool:
    return bool(start and end and start.at <= line.event.happened_at <= end.at)


def _is_end(line: Line, resolved: Moment | None) -> bool:
    return line.event.kind in _CLOSING_KINDS or bool(resolved and line.id in resolved.evidence)


def _long_gaps(lines: Sequence[Line]) -> list[Silence]:
    return [gap for gap in starmap(Silence, pairwise(lines)) if gap.span >= MIN_SILENCE]


def _is_update(line: Line) -> bool:
    is_stated = line.is_by_person and line.find_firm(Sense.COMMUNICATION) is not None
    is_given = is_stated or line.event.kind is EventKind.UPDATE
    return is_given or line.phase is not None
