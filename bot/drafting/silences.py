"""Stretches without a word while it lasted: the record shows them by itself.

Whoever reads the story later wonders what went on between two rows that lie an hour apart. Often it
was work that nobody told of, and that is worth knowing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, starmap

from bot.domain.draft import Moment, Moments
from bot.domain.timeline import Kind
from bot.drafting.cue_senses import Sense
from bot.drafting.reading import Line

_CLOSES = {Kind.RESOLVED, Kind.CANCELLED}
LONG = timedelta(minutes=30)  # a silence from this on is worth saying
_MOST = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """The two lines that a silence lies between."""

    last: Line
    following: Line

    @property
    def span(self) -> timedelta:
        return self.following.event.happened_at - self.last.event.happened_at

    @property
    def evidence(self) -> tuple[str, str]:
        return self.last.id, self.following.id


def silences(lines: Sequence[Line], moments: Moments) -> tuple[Silence, ...]:
    """The longest silences between the first sign and the end, at most five, in order."""
    gaps = [gap for stretch in _stretches(lines, moments) for gap in _gaps(stretch)]
    longest = sorted(gaps, key=lambda gap: -gap.span)[:_MOST]
    return tuple(sorted(longest, key=lambda gap: gap.last.event.happened_at))


def while_it_lasted(lines: Sequence[Line], moments: Moments) -> Silence | None:
    """The longest silence in which it is known that the incident went on.

    One that only the resolution ended may have begun when all was well already.
    """
    known = [
        gap
        for gap in silences(lines, moments)
        if moments.restored or not _ends(gap.following, moments.resolved)
    ]
    return max(known, key=lambda gap: gap.span, default=None)


def without_update(lines: Sequence[Line], moments: Moments) -> Silence | None:
    """The longest stretch between two updates to those outside.

    None when nobody told of an update: they may have been given elsewhere.
    """
    gaps = [
        gap
        for stretch in _stretches(lines, moments)
        for gap in _gaps([line for line in stretch if _is_update(line)])
    ]
    return max(gaps, key=lambda gap: gap.span, default=None)


def _stretches(lines: Sequence[Line], moments: Moments) -> Iterator[list[Line]]:
    """What was said while it lasted; between a resolution and a reopening there was no incident.

    A note was entered later, with a time of its own.
    """
    start, end = moments.detected, moments.restored or moments.resolved
    stretch: list[Line] = []
    is_open = True
    for line in lines if start and end else ():
        is_open = is_open or line.event.kind is Kind.REOPENED
        if not is_open or line.event.kind is Kind.NOTE or not _within(line, start, end):
            continue
        stretch.append(line)
        if line.event.kind in _CLOSES:
            yield stretch
            stretch, is_open = [], False
    yield stretch


def _within(line: Line, start: Moment | None, end: Moment | None) -> bool:
    return bool(start and end and start.at <= line.event.happened_at <= end.at)


def _ends(line: Line, resolved: Moment | None) -> bool:
    return line.event.kind in _CLOSES or bool(resolved and line.id in resolved.evidence)


def _gaps(lines: Sequence[Line]) -> list[Silence]:
    return [gap for gap in starmap(Silence, pairwise(lines)) if gap.span >= LONG]


def _is_update(line: Line) -> bool:
    said = line.by_person and line.firm(Sense.COMMUNICATION) is not None
    told = said or line.event.kind is Kind.UPDATE
    return told or line.phase is not None
