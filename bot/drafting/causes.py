"""Causes, contributing factors, and what went well or poorly, in people's own words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.blameless.language import find_blame
from bot.domain.draft import Statement
from bot.domain.key_times import Moments, combine_evidence
from bot.domain.timeline import Mark
from bot.drafting import wording
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import PERSONAL
from bot.drafting.implied_causes import find_conclusions
from bot.drafting.labels import Label, remove_label
from bot.drafting.reading.lines import Line, make_statement, quote, take_distinct
from bot.drafting.recovery_course import (
    compute_once,
    find_changes,
    find_first_mention,
    find_recovery_course,
)
from bot.drafting.silences import find_longest_silence, find_longest_without_update

_LINK_TO_CHANGE = re.compile(
    r"\b(?:looks like|it'?s|it was|found it:?) (?:this |<?)?https?://\S+/"
    r"(?:commit|commits|pull|pulls|merge_requests|compare|changeset|rev|diff)s?/",
    re.IGNORECASE,
)
# The label at the start of a sentence that says what it is: "root cause: …", "what went well: …".
_LABEL = re.compile(
    r"^\W{0,4}(?:(?:the )?root[- ]cause(?: is| was)?|what went (?:well|poorly|badly|wrong)|went (?:well|poorly|badly)|"
    r"lessons?(?: learned)?|lucky|contributing factors?)\s*[:\u2013\u2014-]\s*",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:and|so|but|also)\b[, ]*(?=\w)", re.IGNORECASE)
_BUG = re.compile(
    r"\b(?:bug|regression|defect|typo|leak|misconfigur\w+|(?:previous|known|same|old) (?:issue|problem)|(?:recent|bad|new) (?:change|commit|deploy|release))\b",
    re.IGNORECASE,
)
# That the cause is known is news, but doesn't name it.
_CAUSE_UNNAMED = re.compile(
    r"\b(?:identified|found|know|isolated) (?:the|an?|this|our) (?:root[- ]cause|issue|cause|problem)\b(?! (?:with|in|as|to be|that|where|was|is|:))",
    re.IGNORECASE,
)
# Why nobody noticed matters, but isn't why it failed.
_UNNOTICED = re.compile(
    r"\b(?:no|not|never|didn'?t|wasn'?t|weren'?t) (?:\w+ )?(?:alerts?|alerted|paged?|alarms?|monitor\w*|notic\w+)\b",
    re.IGNORECASE,
)
FIRM_WEIGHT = 2  # weight from which a clause names a cause by itself
_STATING = frozenset({Sense.CAUSE, Sense.REASON, Sense.FINDING})
_WEIGHTS = {Sense.CAUSE: FIRM_WEIGHT, Sense.REASON: 1}
_MAX_STATEMENTS = 8  # statements per section: more would be a second timeline
_QUICK_RESPONSE = timedelta(minutes=5)  # an acknowledgement within this is worth mentioning


def find_cause_statements(
    lines: Sequence[Line], restored_at: datetime | None
) -> list[tuple[Line, CueMatch]]:
    """Return the clauses that state a cause without hedging, denying or asking, in order.

    If one of those before restoration is firm, later ones are left out: a cause is named, then
    fixed, and later statements only retell it. If one after a failed fix is firm, those before it
    are left out: the fix was built on the wrong cause.
    """
    statements = compute_once(_all_cause_statements, lines)
    relapse = find_recovery_course(lines).relapse
    after_relapse = [statement for statement in statements if statement[0] > relapse]
    statements = after_relapse if _has_firm(after_relapse) else statements
    before_restored = [
        statement
        for statement in statements
        if restored_at and statement[1].event.happened_at <= restored_at
    ]
    return [
        (line, cue)
        for _, line, cue in (before_restored if _has_firm(before_restored) else statements)
    ]


def _all_cause_statements(lines: Sequence[Line]) -> list[tuple[int, Line, CueMatch]]:
    """Return every statement of a cause with its place, in order."""
    statements = [
        (position, line, cue)
        for position, line in enumerate(lines)
        if not line.alarm and (line.is_by_person or line.phase)
        for cue in line.cues
        if causal_weight(cue, line)
    ]
    return sorted([*statements, *find_conclusions(lines)], key=lambda statement: statement[0])


def _has_firm(statements: Sequence[tuple[int, Line, CueMatch]]) -> bool:
    return any(causal_weight(cue, line) >= FIRM_WEIGHT for _, line, cue in statements)


def find_best_cause(
    lines: Sequence[Line], restored_at: datetime | None
) -> tuple[Line, CueMatch] | None:
    """Return the firmest statement of a cause; the first one of equals."""
    statements = find_cause_statements(lines, restored_at)
    return max(statements, key=lambda pair: causal_weight(pair[1], pair[0]), default=None)


def causal_weight(cue: CueMatch, line: Line) -> int:
    """Return how firmly a clause states a cause, by its causal phrases; 0 if it's unsure.

    "Looks like" before a link to a change is as firm as a causal phrase, because it shows the
    change. A mere reason counts only if it's the reason of a problem, because people give reasons
    for many things.
    """
    weight = _stated_weight(cue, line)
    is_other_topic = weight and (_UNNOTICED.search(cue.clause) or is_about_person(cue.clause))
    return 0 if is_other_topic else weight


def _stated_weight(cue: CueMatch, line: Line) -> int:
    """Return the weight of the wording alone, whatever it's about."""
    if cue.sense not in _STATING or cue.is_question or cue.is_negated:
        return 0
    if cue.sense is Sense.FINDING:
        return FIRM_WEIGHT if _LINK_TO_CHANGE.search(cue.clause) else 0
    if cue.is_hedged or (cue.sense is Sense.REASON and not _is_about_trouble(cue, line)):
        return 0
    label_weight = FIRM_WEIGHT if _LABEL.match(cue.clause) else 0
    return _WEIGHTS.get(cue.sense, 0) * cue.strength + label_weight * (cue.sense is Sense.CAUSE)


def _is_about_trouble(cue: CueMatch, line: Line) -> bool:
    is_trouble = cue.strength > 1 or _BUG.search(cue.clause) is not None
    return is_trouble or any(other.clause == cue.clause for other in line.find_all(Sense.PROBLEM))


def find_root_cause(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """Return messages marked as root cause, or else the firmest statements of it, at most three."""
    marked = _marked_statements(lines, Mark.ROOT_CAUSE)
    if marked:
        return tuple(
            replace(statement, text=_without_cause_label(statement.text)) for statement in marked
        )
    restored_at = moments.restored.at if moments.restored else None
    named_causes = [
        pair
        for pair in find_cause_statements(lines, restored_at)
        if not _CAUSE_UNNAMED.search(pair[1].clause)
    ]
    strongest = sorted(named_causes, key=lambda pair: -causal_weight(pair[1], pair[0]))
    if strongest and _LABEL.match(strongest[0][1].clause):
        strongest = [pair for pair in strongest if _LABEL.match(pair[1].clause)]
    texts = (make_statement(line, _without_cause_label(cue.clause)) for line, cue in strongest[:3])
    return take_distinct(texts, 3)


def _without_cause_label(clause: str) -> str:
    return remove_label(Label.CAUSE, _without_label(clause))


def _without_label(clause: str) -> str:
    """Remove the label, which the heading repeats, and a leading "and"."""
    bare = _LEADING.sub("", _LABEL.sub("", clause)) or clause
    return bare if bare == clause else bare[:1].upper() + bare[1:]


def has_personal_cause(lines: Sequence[Line]) -> bool:
    """Return whether somebody named a person or a slip as the cause.

    The draft then asks about the system.
    """
    return any(is_about_person(cue.clause) for line in lines for cue in line.find_all(Sense.CAUSE))


@lru_cache(maxsize=4096)  # many rules weigh the same clause
def is_about_person(clause: str) -> bool:
    """Return whether a clause is about a person or a slip instead of the system.

    It's stricter than the language check of documents, which needs to know who is meant. If a cause
    may be a person's slip, the draft asks about it, and nothing is lost.
    """
    return PERSONAL.search(clause) is not None or bool(find_blame(clause))


def find_review_sections(
    lines: Sequence[Line], moments: Moments
) -> dict[str, tuple[Statement, ...]]:
    """Return the sections that look back, by their names in the draft."""
    return {
        "contributing_factors": _section(lines, Mark.CONTRIBUTING_FACTOR, Sense.FACTOR),
        "went_well": _find_went_well(lines, moments),
        "went_poorly": _find_went_poorly(lines, moments),
        "lucky": _section(lines, Mark.LUCKY, Sense.LUCKY),
        "lessons": take_distinct(_clause_statements(lines, Sense.LESSON), _MAX_STATEMENTS),
    }


def _find_went_well(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """Return what people praised, and a quick acknowledgement, which the record shows by itself."""
    praised = _section(lines, Mark.WENT_WELL, Sense.WELL)
    return take_distinct((*praised, *_quick_acknowledgement(moments)), _MAX_STATEMENTS)


def _find_went_poorly(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """Return what people regretted, and what the record shows itself: a failed fix, silences."""
    regretted = _section(lines, Mark.WENT_POORLY, Sense.POORLY)
    derived = (*_failed_steps(lines, moments), *_silence_statements(lines, moments))
    return take_distinct((*regretted, *derived), _MAX_STATEMENTS)


def _failed_steps(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """Yield the step that was followed by more trouble, which shows that it didn't help."""
    relapse = find_recovery_course(lines).relapse
    if not moments.detected or relapse < 0:
        return
    detected_at = moments.detected.at
    changes = [
        change
        for change in find_changes(lines, -1, relapse - 1)
        if change[1].event.happened_at >= detected_at
    ]
    if changes:
        line, cue = find_first_mention(changes)
        evidence = (line.id, lines[relapse].id)
        yield Statement(text=wording.failed_step(quote(cue.clause)), evidence=evidence)


def _section(lines: Sequence[Line], mark: Mark, sense: Sense) -> tuple[Statement, ...]:
    rest = [line for line in lines if mark not in line.event.marks]  # included whole
    return take_distinct(
        (*_marked_statements(lines, mark), *_clause_statements(rest, sense)), _MAX_STATEMENTS
    )


def _marked_statements(lines: Sequence[Line], mark: Mark) -> tuple[Statement, ...]:
    return take_distinct(
        (make_statement(line) for line in lines if mark in line.event.marks), _MAX_STATEMENTS
    )


def _clause_statements(lines: Sequence[Line], sense: Sense) -> Iterator[Statement]:
    for line in lines:
        for cue in line.find_all(sense):
            if not cue.is_question and not is_about_person(cue.clause):
                yield make_statement(line, _without_label(cue.clause))


def _quick_acknowledgement(moments: Moments) -> Iterator[Statement]:
    detected, acknowledged = moments.detected, moments.acknowledged
    if (
        detected
        and acknowledged
        and timedelta() <= acknowledged.at - detected.at <= _QUICK_RESPONSE
    ):
        yield Statement(
            text=wording.acknowledged_within(acknowledged.at - detected.at),
            evidence=combine_evidence(detected, acknowledged),
        )


def _silence_statements(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """Yield the longest silence, and the longest time between updates if any were given."""
    silence = find_longest_silence(lines, moments)
    without_update = find_longest_without_update(lines, moments)
    if silence:
        yield Statement(text=wording.silent_for(silence.span), evidence=silence.evidence)
    if without_update and not (silence and without_update.evidence == silence.evidence):
        yield Statement(
            text=wording.no_update_for(without_update.span), evidence=without_update.evidence
        )
