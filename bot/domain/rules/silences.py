"""Stretches without a word while it lasted: the record shows them by itself.

Whoever reads the story later wonders what went on between two rows that lie an hour apart. Often it
was work that nobody told of, and that is worth knowing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.draft import Moments
from bot.domain.rules.reading import Line
from bot.domain.rules.senses import Sense
from bot.domain.timeline import Kind

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
    return _gaps(_during(lines, moments))


def without_update(lines: Sequence[Line], moments: Moments) -> Silence | None:
    """The longest stretch between two updates to those outside.

    None when nobody told of an update: they may have been given elsewhere.
    """
    told = [line for line in _during(lines, moments) if _is_update(line)]
    return max(_gaps(told), key=lambda gap: gap.span, default=None)


def _during(lines: Sequence[Line], moments: Moments) -> list[Line]:
    """What was said while it lasted. A note was entered later, with a time of its own."""
    start, end = moments.detected, moments.restored or moments.resolved
    return [
        line
        for line in lines
        if start and end and _within(line, start.at, end.at) and line.event.kind is not Kind.NOTE
    ]


def _within(line: Line, start: datetime, end: datetime) -> bool:
    return start <= line.event.happened_at <= end


def _gaps(lines: Sequence[Line]) -> tuple[Silence, ...]:
    gaps = [Silence(*pair) for pair in pairwise(lines)]
    longest = sorted((gap for gap in gaps if gap.span >= LONG), key=lambda gap: -gap.span)
    return tuple(sorted(longest[:_MOST], key=lambda gap: gap.last.event.happened_at))


def _is_update(line: Line) -> bool:
    said = line.by_person and line.firm(Sense.COMMUNICATION) is not None
    told = said or line.event.kind is Kind.UPDATE
    return told or line.phase is not None
