"""The timeline's rows: what a reader needs to follow the story, without the chatter."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.draft import Moments, RowKind, TimelineRow
from bot.domain.rules import wording
from bot.domain.rules.causes import FIRM, causal_weight
from bot.domain.rules.course import unreserved
from bot.domain.rules.cues import HEDGE
from bot.domain.rules.reading import Hit, Line, quote
from bot.domain.rules.senses import Sense
from bot.domain.timeline import Kind, Mark

ROW = 400  # characters of a row
_LONG = 240  # characters of a message from which a row shows only what tells the story
_TOGETHER = timedelta(seconds=90)  # messages of one person within this are one breath
_SHORT = 3  # words; less than this tells nothing without its context
_MENDING = re.compile(
    r"\b(?:down to|falling|dropping|improv\w+|better|recovering)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+")

_DEEDS = {
    Kind.DECLARED: RowKind.STATUS,
    Kind.STATUS: RowKind.STATUS,
    Kind.SEVERITY: RowKind.STATUS,
    Kind.ROLE: RowKind.STATUS,
    Kind.RESOLVED: RowKind.STATUS,
    Kind.REOPENED: RowKind.STATUS,
    Kind.CANCELLED: RowKind.STATUS,
    Kind.SKIPPED: RowKind.DECISION,
    Kind.ASKED: RowKind.DECISION,
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
    Sense.FIXED: RowKind.STATUS,
    Sense.COMMUNICATION: RowKind.COMMUNICATION,
    Sense.FAILED: RowKind.FINDING,
    Sense.DONE: RowKind.ACTION,
    Sense.BEGUN: RowKind.ACTION,
    Sense.CAUSE: RowKind.FINDING,
    Sense.REASON: RowKind.FINDING,
    Sense.DECISION: RowKind.DECISION,
    Sense.CALM: RowKind.FINDING,
    Sense.FINDING: RowKind.FINDING,
    Sense.TAKEN: RowKind.ACTION,
    Sense.LOOKING: RowKind.ACTION,
    Sense.PROBLEM: RowKind.REPORT,
}

# Said of the future, or denied, these are no facts of the story; said with a reserve, no state.
_FACTS = {Sense.OVER, Sense.RECOVERY, Sense.FIXED, Sense.DONE, Sense.BEGUN}
_STATES = {Sense.OVER, Sense.RECOVERY, Sense.FIXED}
# Said once it was over, these look back: they have sections of their own.
_LOOKING_BACK = {Sense.WELL, Sense.POORLY, Sense.LUCKY, Sense.LESSON, Sense.FACTOR}


def timeline(
    lines: Sequence[Line], moments: Moments, follow_up: Collection[str]
) -> tuple[TimelineRow, ...]:
    """Every row of the story in order; the messages that a moment rests on are always there.

    `follow_up` are the messages that other sections tell: what is to be done is no part of what was.
    """
    needed = {each for _, moment in moments.named() if moment for each in moment.evidence}
    over = moments.restored or moments.resolved
    told = [
        row
        for line in lines
        if line.id in needed
        or not (over and line.event.happened_at >= over.at and _looks_back(line, follow_up))
        if (row := _row(line, needed))
    ]
    spoken = {line.id for line in lines if line.event.kind is Kind.MESSAGE}
    return tuple(_joined(_without_repeats(told), spoken))


def _looks_back(line: Line, follow_up: Collection[str]) -> bool:
    if line.event.kind is not Kind.MESSAGE or line.event.marks:
        return False
    return line.id in follow_up or not _LOOKING_BACK.isdisjoint(line.senses())


def _row(line: Line, needed: set[str]) -> TimelineRow | None:
    kind = _kind(line, needed)
    text = quote(_told(line), ROW)
    if kind is None or not text:
        return None
    return TimelineRow(
        at=line.event.happened_at, kind=kind, text=text, author=line.author, evidence=(line.id,)
    )


def _told(line: Line) -> str:
    """The text on one line, of a long message the clauses that tell something; a deed by what it did."""
    said = line.prose or line.text
    parts = [part.strip() for part in said.splitlines() if part.strip()]
    if line.event.kind is Kind.MESSAGE and len(said) > _LONG:
        telling = {hit.clause for hit in _telling(line) if hit.sense in _SENSES}
        parts = [clause for clause in line.clauses if clause in telling] or parts
    return wording.deed(line.event.kind, " / ".join(parts))


def _kind(line: Line, needed: set[str]) -> RowKind | None:
    event = line.event
    if event.kind in _DEEDS:
        return _DEEDS[event.kind]
    if line.phase:
        return RowKind.COMMUNICATION
    if event.kind is Kind.ALERT or line.alarm:
        return RowKind.ALERT
    marked = next((kind for mark, kind in _MARKS.items() if mark in event.marks), None)
    return marked or _spoken_kind(line, kept=line.id in needed or bool(event.marks))


def _spoken_kind(line: Line, *, kept: bool) -> RowKind | None:
    """What a message tells. One that only asks, or says less than a few words, tells nothing."""
    telling = list(_telling(line))
    senses = {hit.sense for hit in telling}
    kind = next((kind for sense, kind in _SENSES.items() if sense in senses), None)
    if kind and any(causal_weight(hit, line) >= FIRM for hit in telling):
        kind = RowKind.FINDING
    if kind is RowKind.REPORT and _is_thought(line):
        kind = RowKind.FINDING
    if kept:
        return kind or RowKind.NOTE
    return kind if len(line.prose.split()) >= _SHORT else None


def _is_thought(line: Line) -> bool:
    """Whether a word of trouble is part of a guess, or of a rate on its way down: no new report."""
    guessed = any(clause.endswith("?") and HEDGE.search(clause.lower()) for clause in line.clauses)
    return guessed or _MENDING.search(line.prose) is not None


def _telling(line: Line) -> Iterator[Hit]:
    for hit in line.hits:
        unreal = hit.not_yet and hit.sense in _FACTS
        reserved = hit.sense in _STATES and not unreserved(hit)
        if not (hit.asked or unreal or reserved):
            yield hit


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


def _joined(rows: list[TimelineRow], spoken: set[str]) -> Iterator[TimelineRow]:
    """Rows of one person within one breath become one; a deed or an alert stands by itself."""
    held: TimelineRow | None = None
    for row in rows:
        if held and _one_breath(held, row) and spoken.issuperset(held.evidence + row.evidence):
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
    told = first.kind in {RowKind.FINDING, RowKind.REPORT, RowKind.ACTION, RowKind.DECISION}
    near = timedelta() <= second.at - first.at <= _TOGETHER
    return same and told and near and len(first.text) + len(second.text) <= ROW
