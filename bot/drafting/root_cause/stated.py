"""Causes that people state in so many words, by rules. The ranking weighs them with all the rest."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.blameless.language import find_blame
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import PERSONAL
from bot.drafting.labels import HEADING
from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import compute_once, find_recovery_course
from bot.drafting.root_cause.implied import find_conclusions

_LINK_TO_CHANGE = re.compile(
    r"\b(?:looks like|it'?s|it was|found it:?) (?:this |<?)?https?://\S+/"
    r"(?:commit|commits|pull|pulls|merge_requests|compare|changeset|rev|diff)s?/",
    re.IGNORECASE,
)
_BUG = re.compile(
    (
        r"\b(?:bug|regression|defect|typo|leak|misconfigur\w+"
        r"|(?:previous|known|same|old) (?:issue|problem)|(?:recent|bad|new) (?:change|commit|deploy"
        r"|release))\b"
    ),
    re.IGNORECASE,
)
# That the cause is known is news, but doesn't name it.
_CAUSE_UNNAMED = re.compile(
    (
        r"\b(?:identified|found|know|isolated) (?:the|an?|this|our) (?:root[- ]cause|issue|cause"
        r"|problem)\b(?! (?:with|in|as|to be|that|where|was|is|:))"
    ),
    re.IGNORECASE,
)
# Why nobody noticed matters, but isn't why it failed.
_UNNOTICED = re.compile(
    (
        r"\b(?:no|not|never|didn'?t|wasn'?t|weren'?t) (?:\w+ )?(?:alerts?|alerted|paged?|alarms?"
        r"|monitor\w*|notic\w+)\b"
    ),
    re.IGNORECASE,
)
FIRM_WEIGHT = 2  # weight from which a clause names a cause by itself
_STATING = frozenset({Sense.CAUSE, Sense.REASON, Sense.FINDING})
_WEIGHTS = {Sense.CAUSE: FIRM_WEIGHT, Sense.REASON: 1}


def find_cause_statements(lines: Sequence[Line]) -> list[tuple[Line, CueMatch]]:
    """Return the clauses that state a cause without hedging, denying or asking, in order.

    If one after a failed fix is firm, those before it are left out: the fix was built on the wrong
    cause.
    """
    statements = compute_once(_all_cause_statements, lines)
    relapse = find_recovery_course(lines).relapse
    after_relapse = [statement for statement in statements if statement[0] > relapse]
    return [
        (line, cue) for _, line, cue in (after_relapse if _has_firm(after_relapse) else statements)
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


def causal_weight(cue: CueMatch, line: Line) -> int:
    """Return how firmly a clause states a cause, by its causal phrases; 0 if it's unsure.

    "Looks like" before a link to a change is as firm as a causal phrase, because it shows the
    change. A mere reason counts only if it's the reason of a problem, because people give reasons
    for many things.
    """
    weight = _stated_weight(cue, line)
    return weight if weight and is_about_system(cue.clause) else 0


def may_name_cause(clause: str) -> bool:
    """Return whether a clause may say what the cause is, not only that it's known."""
    return not _CAUSE_UNNAMED.search(clause) and is_about_system(clause)


def is_about_system(clause: str) -> bool:
    """Return whether a clause isn't about a person, or about why nobody noticed."""
    return not (_UNNOTICED.search(clause) or is_about_person(clause))


def _stated_weight(cue: CueMatch, line: Line) -> int:
    """Return the weight of the wording alone, whatever it's about."""
    if cue.sense not in _STATING or cue.is_question or cue.is_negated:
        return 0
    if cue.sense is Sense.FINDING:
        return FIRM_WEIGHT if _LINK_TO_CHANGE.search(cue.clause) else 0
    if cue.is_hedged or (cue.sense is Sense.REASON and not _is_about_trouble(cue, line)):
        return 0
    label_weight = FIRM_WEIGHT if HEADING.match(cue.clause) else 0
    return _WEIGHTS.get(cue.sense, 0) * cue.strength + label_weight * (cue.sense is Sense.CAUSE)


def _is_about_trouble(cue: CueMatch, line: Line) -> bool:
    is_trouble = cue.strength > 1 or _BUG.search(cue.clause) is not None
    return is_trouble or any(other.clause == cue.clause for other in line.find_all(Sense.PROBLEM))


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
