"""A row of the timeline: what one event tells, as what, and in which words."""

import re
from collections.abc import Collection, Iterator

from bot.domain import wording
from bot.domain.draft import RowKind, TimelineRow
from bot.domain.timeline import Kind, Mark
from bot.drafting.causes import FIRM, causal_weight
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.cues import HEDGE, LAUGHTER
from bot.drafting.reading import Line, quote
from bot.drafting.recovery_course import unreserved

ROW = 400  # characters of a row
_LONG = 240  # characters of a message from which a row shows only what tells the story
_SHORT = 3  # words; less than this tells nothing without its context
_TERSE = 2  # words in which a deed or a change of state may be told
_CALL = "[call"  # as `bot.slack_text.calls` writes a huddle or a call
_FACT = 4  # words of which a fact has at least so many
_MENDING = re.compile(
    r"\b(?:down to|falling|dropping|improv\w+|better|recovering)\b", re.IGNORECASE
)

_OBSERVED = re.compile(
    r"`[^`\n]+`|\u2192|->|\b\d[\d.,]*\d\b|\d ?(?:%|[kmgt]b\b|m?s\b|x\b|min\b)|\b\w+[_/]\w+|\b[A-Z]{3,}\b|https?://"
)

_DEEDS = {
    Kind.DECLARED: RowKind.STATUS,
    Kind.STATUS: RowKind.STATUS,
    Kind.SEVERITY: RowKind.STATUS,
    Kind.SERVICES: RowKind.REPORT,
    Kind.ROLE: RowKind.STATUS,
    Kind.RESOLVED: RowKind.STATUS,
    Kind.REOPENED: RowKind.STATUS,
    Kind.CANCELLED: RowKind.STATUS,
    Kind.SKIPPED: RowKind.DECISION,
    Kind.ASKED: RowKind.DECISION,
    Kind.NOTE: RowKind.NOTE,
    Kind.IMPACT: RowKind.REPORT,
    Kind.UPDATE: RowKind.COMMUNICATION,
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

_WEIGHTS = {
    Sense.OVER: 6,
    Sense.RECOVERY: 6,
    Sense.FIXED: 6,
    Sense.FAILED: 5,
    Sense.DONE: 5,
    Sense.BEGUN: 5,
    Sense.CAUSE: 5,
    Sense.REASON: 4,
    Sense.COMMUNICATION: 4,
    Sense.DECISION: 3,
    Sense.PROBLEM: 3,
    Sense.TAKEN: 3,
    Sense.FINDING: 2,
    Sense.CALM: 2,
    Sense.LOOKING: 2,
}
# Said of the future, or denied, these are no facts of the story; said with a reserve, no state.
_FACTS = {Sense.OVER, Sense.RECOVERY, Sense.FIXED, Sense.DONE, Sense.BEGUN}
_STATES = {Sense.OVER, Sense.RECOVERY, Sense.FIXED}


# What changed how it stood, or what was decided: all that a brief timeline tells of what people say.
_TURNS = _STATES | {Sense.FAILED, Sense.DONE, Sense.DECISION}


def row(line: Line, needed: Collection[str], *, all_of_it: bool = False) -> TimelineRow | None:
    """What a line tells, None for small talk; with `all_of_it` whatever has a text is told.

    `needed` are the messages that a moment rests on: they tell something however short they are.
    """
    kept = all_of_it or line.id in needed or line.text.startswith(_CALL)
    kind = _kind(line, kept=kept)
    return _as_row(line, kind) if kind else None


def fact(line: Line) -> TimelineRow | None:
    """What a responder observes, told in no words that we know: with a figure, a name, or an output.

    Who works on it and says nothing but what they see gives the reader the reason of the next step.
    """
    words = line.prose.split()
    asks = line.prose.rstrip(" )").endswith("?")
    if asks or len(words) < _FACT or not _OBSERVED.search(line.prose):
        return None
    return _as_row(line, RowKind.FINDING)


def _as_row(line: Line, kind: RowKind) -> TimelineRow | None:
    text = quote(_told(line), ROW)
    if not text:
        return None
    return TimelineRow(
        at=line.event.happened_at,
        kind=kind,
        text=text,
        author=line.author,
        evidence=(line.id,),
        # A person may write in the form of a post as well: only an application's was public.
        is_post=line.phase is not None and line.event.kind is Kind.ALERT,
    )


def weight(line: Line) -> int:
    """How much the story would miss a line that nobody marked; what was observed counts, a guess less."""
    telling = list(_telling(line))
    most = max((_WEIGHTS.get(hit.sense, 1) for hit in telling), default=1)
    if any(causal_weight(hit, line) >= FIRM for hit in telling):
        most = max(most, _WEIGHTS[Sense.OVER])
    observed = _OBSERVED.search(line.prose) is not None
    doubtful = any(hit.unsure for hit in telling) or "?" in line.prose
    return 2 * most + observed - doubtful - (len(line.prose.split()) < _FACT)


def turns(line: Line) -> bool:
    """Whether a line changed how it stood, or was done or marked on purpose: a turn of the story."""
    if line.event.kind in _DEEDS or line.event.marks or line.phase or line.alarm:
        return True
    telling = list(_telling(line))
    firm = any(causal_weight(hit, line) >= FIRM for hit in telling)
    return firm or any(hit.sense in _TURNS for hit in telling)


def _told(line: Line) -> str:
    """The text on one line, of a long message the clauses that tell something; a deed by what it did."""
    said = line.prose or line.text
    parts = [part.strip() for part in said.splitlines() if part.strip()]
    if line.event.kind is Kind.MESSAGE and len(said) > _LONG:
        telling = {hit.clause for hit in _telling(line) if hit.sense in _SENSES}
        parts = [clause for clause in line.clauses if clause in telling] or parts
    return wording.deed(line.event.kind, " / ".join(parts))


def _kind(line: Line, *, kept: bool) -> RowKind | None:
    event = line.event
    if event.kind in _DEEDS:
        return _DEEDS[event.kind]
    if line.phase:
        return RowKind.COMMUNICATION
    if event.kind is Kind.ALERT or line.alarm:
        return RowKind.ALERT
    marked = next((kind for mark, kind in _MARKS.items() if mark in event.marks), None)
    return marked or _spoken_kind(line, kept=kept or bool(event.marks))


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
    if LAUGHTER.match(line.prose):
        return None
    shortest = _TERSE if not senses.isdisjoint(_FACTS) else _SHORT
    return kind if len(line.prose.split()) >= shortest else None


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
