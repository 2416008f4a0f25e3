"""What caused it, what made it worse, what went well and poorly: in the words of those who said it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.draft import Moment, Moments, Statement
from bot.domain.rules import wording
from bot.domain.rules.cues import PERSONAL, Sense
from bot.domain.rules.reading import Hit, Line, distinct, statement
from bot.domain.timeline import Kind, Mark

_CHANGE = re.compile(
    r"\b(?:looks like|it'?s|it was|found it:?) (?:this |<?)?https?://\S+/"
    r"(?:commit|commits|pull|pulls|merge_requests|compare|changeset|rev|diff)s?/",
    re.IGNORECASE,
)
FIRM = 2  # the weight from which a clause names a cause by itself
_WEIGHTS = {Sense.CAUSE: FIRM, Sense.REASON: 1}
_MOST = 8  # statements in a section: more is a second timeline
_QUICK = timedelta(minutes=5)  # an acknowledgement within this is worth saying
_SILENT = timedelta(minutes=30)  # a silence longer than this is worth saying


def cause_statements(lines: Sequence[Line], before: datetime | None) -> list[tuple[Line, Hit]]:
    """The clauses that state a cause without hedging, denying or asking, in order.

    Those from before the restoration come alone when one of them is firm: a cause is named, then
    mended, and what is said afterwards retells it.
    """
    stated = [
        (line, hit)
        for line in lines
        if line.event.kind is not Kind.ALERT
        for hit in line.hits
        if causal_weight(hit)
    ]
    early = [pair for pair in stated if before and pair[0].event.happened_at <= before]
    return early if any(causal_weight(hit) >= FIRM for _, hit in early) else stated


def causal_weight(hit: Hit) -> int:
    """How firmly a clause states a cause: by its causal phrases, 0 when it is not sure.

    "looks like" before the address of a change is as firm as a phrase: the change is shown.
    """
    if hit.asked or hit.not_yet or PERSONAL.search(hit.clause):
        return 0
    if hit.sense is Sense.FINDING:
        return FIRM if _CHANGE.search(hit.clause) else 0
    return 0 if hit.unsure else _WEIGHTS.get(hit.sense, 0) * hit.strength


def root_cause(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """What was marked as the cause; else the firmest statements of it, at most three."""
    marked = _marked(lines, Mark.ROOT_CAUSE)
    if marked:
        return marked
    before = moments.restored.at if moments.restored else None
    stated = cause_statements(lines, before)
    strongest = sorted(stated, key=lambda pair: -causal_weight(pair[1]))[:3]
    return distinct((statement(line, hit.clause) for line, hit in strongest), 3)


def speaks_of_people(lines: Sequence[Line]) -> bool:
    """Whether somebody named a person or a slip as the cause: then the system is asked about."""
    return any(PERSONAL.search(hit.clause) for line in lines for hit in line.said(Sense.CAUSE))


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
    """What people regretted, and the longest silence, which the record shows by itself."""
    said = _section(lines, Mark.WENT_POORLY, Sense.POORLY)
    return distinct((*said, *_silence(lines, moments)), _MOST)


def _section(lines: Sequence[Line], mark: Mark, sense: Sense) -> tuple[Statement, ...]:
    return distinct((*_marked(lines, mark), *_clauses(lines, sense)), _MOST)


def _marked(lines: Sequence[Line], mark: Mark) -> tuple[Statement, ...]:
    return distinct((statement(line) for line in lines if mark in line.event.marks), _MOST)


def _clauses(lines: Sequence[Line], sense: Sense) -> Iterator[Statement]:
    for line in lines:
        for hit in line.said(sense):
            if not hit.asked and not PERSONAL.search(hit.clause):
                yield statement(line, hit.clause)


def _quickly(moments: Moments) -> Iterator[Statement]:
    first, taken = moments.detected, moments.acknowledged
    if first and taken and timedelta() <= taken.at - first.at <= _QUICK:
        yield _derived(wording.acknowledged_within(taken.at - first.at), first, taken)


def _derived(text: str, *ends: Moment) -> Statement:
    return Statement(
        text=text, evidence=tuple(dict.fromkeys(i for end in ends for i in end.evidence))
    )


def _silence(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    start, end = moments.detected, moments.restored or moments.resolved
    if not start or not end:
        return
    during = [line for line in lines if start.at <= line.event.happened_at <= end.at]
    pairs = list(pairwise(during))
    if not pairs:
        return
    last, following = max(
        pairs, key=lambda pair: pair[1].event.happened_at - pair[0].event.happened_at
    )
    span = following.event.happened_at - last.event.happened_at
    if span >= _SILENT:
        yield Statement(text=wording.silent_for(span), evidence=(last.id, following.id))
