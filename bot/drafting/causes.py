"""What caused it, what made it worse, what went well and poorly: in the words of those who said it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.blameless.language import blame
from bot.domain import wording
from bot.domain.draft import Moment, Moments, Statement
from bot.domain.labels import Label, unlabelled
from bot.domain.timeline import Mark
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.cues import PERSONAL
from bot.drafting.implied_causes import conclusions
from bot.drafting.reading import Line, distinct, quote, statement
from bot.drafting.recovery_course import begun, course, once, steps
from bot.drafting.silences import while_it_lasted, without_update

_CHANGE = re.compile(
    r"\b(?:looks like|it'?s|it was|found it:?) (?:this |<?)?https?://\S+/"
    r"(?:commit|commits|pull|pulls|merge_requests|compare|changeset|rev|diff)s?/",
    re.IGNORECASE,
)
# What a sentence begins with when it says itself what it is: "root cause: …", "what went well: …".
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
# That the cause is known is news, but does not name it.
_EMPTY = re.compile(
    r"\b(?:identified|found|know|isolated) (?:the|an?|this|our) (?:root[- ]cause|issue|cause|problem)\b(?! (?:with|in|as|to be|that|where|was|is|:))",
    re.IGNORECASE,
)
# Why nobody noticed is worth knowing, and not why it failed.
_UNSEEN = re.compile(
    r"\b(?:no|not|never|didn'?t|wasn'?t|weren'?t) (?:\w+ )?(?:alerts?|alerted|paged?|alarms?|monitor\w*|notic\w+)\b",
    re.IGNORECASE,
)
FIRM = 2  # the weight from which a clause names a cause by itself
_STATING = frozenset({Sense.CAUSE, Sense.REASON, Sense.FINDING})
_WEIGHTS = {Sense.CAUSE: FIRM, Sense.REASON: 1}
_MOST = 8  # statements in a section: more is a second timeline
_QUICK = timedelta(minutes=5)  # an acknowledgement within this is worth saying


def cause_statements(lines: Sequence[Line], before: datetime | None) -> list[tuple[Line, Hit]]:
    """The clauses that state a cause without hedging, denying or asking, in order.

    Those from before the restoration come alone when one of them is firm: a cause is named, then
    mended, and what is said afterwards retells it. So do those from after a fix that did not hold:
    it was built on the wrong cause.
    """
    stated = once(_all_stated, lines)
    relapse = course(lines).relapse
    later = [each for each in stated if each[0] > relapse]
    stated = later if _any_firm(later) else stated
    early = [each for each in stated if before and each[1].event.happened_at <= before]
    return [(line, hit) for _, line, hit in (early if _any_firm(early) else stated)]


def _all_stated(lines: Sequence[Line]) -> list[tuple[int, Line, Hit]]:
    """Every statement of a cause with its place, in order."""
    stated = [
        (place, line, hit)
        for place, line in enumerate(lines)
        if not line.alarm and (line.by_person or line.phase)
        for hit in line.hits
        if causal_weight(hit, line)
    ]
    return sorted([*stated, *conclusions(lines)], key=lambda each: each[0])


def _any_firm(stated: Sequence[tuple[int, Line, Hit]]) -> bool:
    return any(causal_weight(hit, line) >= FIRM for _, line, hit in stated)


def best_cause(lines: Sequence[Line], before: datetime | None) -> tuple[Line, Hit] | None:
    """The firmest statement of a cause; of equals the one that was made first."""
    stated = cause_statements(lines, before)
    return max(stated, key=lambda pair: causal_weight(pair[1], pair[0]), default=None)


def causal_weight(hit: Hit, line: Line) -> int:
    """How firmly a clause states a cause: by its causal phrases, 0 when it is not sure.

    "looks like" before the address of a change is as firm as a phrase: the change is shown. A mere
    reason counts when it is the reason of a trouble: people give reasons for many things.
    """
    weight = _stated_weight(hit, line)
    other = weight and (_UNSEEN.search(hit.clause) or of_a_person(hit.clause))
    return 0 if other else weight


def _stated_weight(hit: Hit, line: Line) -> int:
    """The weight of the words alone, whatever they speak of."""
    if hit.sense not in _STATING or hit.asked or hit.not_yet:
        return 0
    if hit.sense is Sense.FINDING:
        return FIRM if _CHANGE.search(hit.clause) else 0
    if hit.unsure or (hit.sense is Sense.REASON and not _of_trouble(hit, line)):
        return 0
    label = FIRM if _LABEL.match(hit.clause) else 0
    return _WEIGHTS.get(hit.sense, 0) * hit.strength + label * (hit.sense is Sense.CAUSE)


def _of_trouble(hit: Hit, line: Line) -> bool:
    ill = hit.strength > 1 or _BUG.search(hit.clause) is not None
    return ill or any(each.clause == hit.clause for each in line.said(Sense.PROBLEM))


def root_cause(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """What was marked as the cause; else the firmest statements of it, at most three."""
    marked = _marked(lines, Mark.ROOT_CAUSE)
    if marked:
        return tuple(replace(each, text=_cause(each.text)) for each in marked)
    before = moments.restored.at if moments.restored else None
    stated = [pair for pair in cause_statements(lines, before) if not _EMPTY.search(pair[1].clause)]
    strongest = sorted(stated, key=lambda pair: -causal_weight(pair[1], pair[0]))
    if strongest and _LABEL.match(strongest[0][1].clause):
        strongest = [pair for pair in strongest if _LABEL.match(pair[1].clause)]
    told = (statement(line, _cause(hit.clause)) for line, hit in strongest[:3])
    return distinct(told, 3)


def _cause(clause: str) -> str:
    return unlabelled(Label.CAUSE, _unlabelled(clause))


def _unlabelled(clause: str) -> str:
    """Without the label that says what the heading says already, and without "and" before it."""
    bare = _LEADING.sub("", _LABEL.sub("", clause)) or clause
    return bare if bare == clause else bare[:1].upper() + bare[1:]


def speaks_of_people(lines: Sequence[Line]) -> bool:
    """Whether somebody named a person or a slip as the cause: then the system is asked about."""
    return any(of_a_person(hit.clause) for line in lines for hit in line.said(Sense.CAUSE))


@lru_cache(maxsize=4096)  # many rules weigh the same clause
def of_a_person(clause: str) -> bool:
    """Whether a clause speaks of a person or a slip rather than of the system.

    Stricter than the check of documents, which needs to know who is meant: a cause that may be
    somebody's slip is asked about, and nothing is lost.
    """
    return PERSONAL.search(clause) is not None or bool(blame(clause))


def factors(lines: Sequence[Line]) -> tuple[Statement, ...]:
    return _section(lines, Mark.CONTRIBUTING_FACTOR, Sense.FACTOR)


def lucky(lines: Sequence[Line]) -> tuple[Statement, ...]:
    return _section(lines, Mark.LUCKY, Sense.LUCKY)


def lessons(lines: Sequence[Line]) -> tuple[Statement, ...]:
    return distinct(_clauses(lines, Sense.LESSON), _MOST)


def went_well(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """What people praised, and a quick acknowledgement, which the record shows by itself."""
    said = _section(lines, Mark.WENT_WELL, Sense.WELL)
    return distinct((*said, *_quickly(moments)), _MOST)


def went_poorly(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """What people regretted, and what the record shows by itself: a fix that did not hold, a silence."""
    said = _section(lines, Mark.WENT_POORLY, Sense.POORLY)
    shown = (*_undone(lines, moments), *_silent(lines, moments))
    return distinct((*said, *shown), _MOST)


def _undone(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """The step that was followed by more trouble: the record shows that it did not hold."""
    relapse = course(lines).relapse
    if not moments.detected or relapse < 0:
        return
    first = moments.detected.at
    tried = [each for each in steps(lines, -1, relapse - 1) if each[1].event.happened_at >= first]
    if tried:
        line, hit = begun(tried)
        evidence = (line.id, lines[relapse].id)
        yield Statement(text=wording.did_not_hold(quote(hit.clause)), evidence=evidence)


def _section(lines: Sequence[Line], mark: Mark, sense: Sense) -> tuple[Statement, ...]:
    rest = [line for line in lines if mark not in line.event.marks]  # it is told whole already
    return distinct((*_marked(lines, mark), *_clauses(rest, sense)), _MOST)


def _marked(lines: Sequence[Line], mark: Mark) -> tuple[Statement, ...]:
    return distinct((statement(line) for line in lines if mark in line.event.marks), _MOST)


def _clauses(lines: Sequence[Line], sense: Sense) -> Iterator[Statement]:
    for line in lines:
        for hit in line.said(sense):
            if not hit.asked and not of_a_person(hit.clause):
                yield statement(line, _unlabelled(hit.clause))


def _quickly(moments: Moments) -> Iterator[Statement]:
    first, taken = moments.detected, moments.acknowledged
    if first and taken and timedelta() <= taken.at - first.at <= _QUICK:
        yield _derived(wording.acknowledged_within(taken.at - first.at), first, taken)


def _derived(text: str, *ends: Moment) -> Statement:
    return Statement(
        text=text, evidence=tuple(dict.fromkeys(i for end in ends for i in end.evidence))
    )


def _silent(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """The longest time without a word, and without an update where others were given."""
    longest = while_it_lasted(lines, moments)
    unsaid = without_update(lines, moments)
    if longest:
        yield Statement(text=wording.silent_for(longest.span), evidence=longest.evidence)
    if unsaid and not (longest and unsaid.evidence == longest.evidence):
        yield Statement(text=wording.no_update_for(unsaid.span), evidence=unsaid.evidence)
