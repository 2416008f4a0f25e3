"""The timeline's rows: what a reader needs to follow the story, without the chatter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.draft import Moments, RowKind, TimelineRow
from bot.domain.rules import wording
from bot.domain.rules.cues import Sense
from bot.domain.rules.reading import Line, quote
from bot.domain.rules.status_feed import phase
from bot.domain.timeline import Kind, Mark

ROW = 400  # characters of a row
_TOGETHER = timedelta(seconds=90)  # messages of one person within this are one breath
_SHORT = 3  # words; less than this tells nothing without its context
_NUMBER = re.compile(r"\d+")

_DEEDS = {
    Kind.DECLARED: RowKind.STATUS,
    Kind.STATUS: RowKind.STATUS,
    Kind.SEVERITY: RowKind.STATUS,
    Kind.ROLE: RowKind.STATUS,
    Kind.RESOLVED: RowKind.STATUS,
    Kind.REOPENED: RowKind.STATUS,
    Kind.CANCELLED: RowKind.STATUS,
    Kind.NOTE: RowKind.NOTE,
    Kind.IMPACT: RowKind.REPORT,
    Kind.ACTION: RowKind.ACTION,
}
_MARKS = {
    Mark.ROOT_CAUSE: RowKind.FINDING,
    Mark.DECISION: RowKind.DECISION,
    Mark.DETECTION: RowKind.REPORT,
    Mark.ACTION_ITEM: RowKind.ACTION,
    Mark.CONTRIBUTING_FACTOR: RowKind.FINDING,
}
# In this order: what was done tells more than what was seen, and that more than the trouble itself.
_SENSES = {
    Sense.OVER: RowKind.STATUS,
    Sense.RECOVERY: RowKind.STATUS,
    Sense.COMMUNICATION: RowKind.COMMUNICATION,
    Sense.DONE: RowKind.ACTION,
    Sense.BEGUN: RowKind.ACTION,
    Sense.CAUSE: RowKind.FINDING,
    Sense.REASON: RowKind.FINDING,
    Sense.DECISION: RowKind.DECISION,
    Sense.FINDING: RowKind.FINDING,
    Sense.TAKEN: RowKind.ACTION,
    Sense.LOOKING: RowKind.ACTION,
    Sense.PROBLEM: RowKind.REPORT,
}

# Said of the future, or denied, these are no facts of the story.
_FACTS = {Sense.OVER, Sense.RECOVERY, Sense.DONE, Sense.BEGUN}


def timeline(lines: Sequence[Line], moments: Moments) -> tuple[TimelineRow, ...]:
    """Every row of the story in order; the messages that a moment rests on are always there."""
    needed = {each for _, moment in moments.named() if moment for each in moment.evidence}
    told = (row for line in lines if (row := _row(line, needed)))
    return tuple(_joined(_without_repeats(list(told))))


def _row(line: Line, needed: set[str]) -> TimelineRow | None:
    kind = _kind(line, needed)
    text = quote(_told(line), ROW)
    if kind is None or not text:
        return None
    return TimelineRow(
        at=line.event.happened_at, kind=kind, text=text, author=line.author, evidence=(line.id,)
    )


def _told(line: Line) -> str:
    """The text on one line; a deed by what it did."""
    said = line.prose or line.text
    told = " / ".join(part.strip() for part in said.splitlines() if part.strip())
    return wording.deed(line.event.kind, told)


def _kind(line: Line, needed: set[str]) -> RowKind | None:
    event = line.event
    if event.kind in _DEEDS:
        return _DEEDS[event.kind]
    if event.kind is Kind.ALERT:
        return RowKind.ALERT
    if phase(line.text):
        return RowKind.COMMUNICATION
    marked = next((kind for mark, kind in _MARKS.items() if mark in event.marks), None)
    return marked or _spoken_kind(line, kept=line.id in needed or bool(event.marks))


def _spoken_kind(line: Line, *, kept: bool) -> RowKind | None:
    """What a message tells. One that only asks, or says less than a few words, tells nothing."""
    telling = {
        hit.sense
        for hit in line.hits
        if not hit.asked and not (hit.not_yet and hit.sense in _FACTS)
    }
    kind = next((kind for sense, kind in _SENSES.items() if sense in telling), None)
    if kept:
        return kind or RowKind.NOTE
    return kind if len(line.prose.split()) >= _SHORT else None


def _without_repeats(rows: list[TimelineRow]) -> list[TimelineRow]:
    """The first and the last of an alert that repeats; the last says how often it came."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.kind is RowKind.ALERT:
            places.setdefault(_NUMBER.sub("#", row.text.casefold()), []).append(place)
    dropped = {place for same in places.values() for place in same[1:-1]}
    counts = {same[-1]: len(same) for same in places.values()}
    return [
        replace(row, times=counts.get(place, 1))
        for place, row in enumerate(rows)
        if place not in dropped
    ]


def _joined(rows: list[TimelineRow]) -> Iterator[TimelineRow]:
    """Rows of one person within one breath become one; a deed or an alert stands by itself."""
    held: TimelineRow | None = None
    for row in rows:
        if held and _one_breath(held, row):
            held = replace(
                held, text=f"{held.text} / {row.text}", evidence=held.evidence + row.evidence
            )
            continue
        if held:
            yield held
        held = row
    if held:
        yield held


def _one_breath(first: TimelineRow, second: TimelineRow) -> bool:
    same = (first.kind, first.author) == (second.kind, second.author)
    spoken = first.kind in {RowKind.FINDING, RowKind.REPORT, RowKind.ACTION, RowKind.DECISION}
    near = timedelta() <= second.at - first.at <= _TOGETHER
    return same and spoken and near and len(first.text) + len(second.text) <= ROW
