"""The summary: what happened, to whom, why, and what ended it, in people's own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.draft import ImpactFigure, ImpactKind, Statement
from bot.domain.key_times import Moment, Moments
from bot.domain.timeline import EventKind
from bot.drafting import wording
from bot.drafting.reading.lines import Line, make_statement, quote, take_distinct
from bot.drafting.recovery_course import find_change, find_recovery_claim

# That somebody is working on it says when the fix began, not what helped.
_VAGUE = re.compile(r"\bworking on (?:it|this|that|a fix|the fix)\b", re.IGNORECASE)
_MAX_SENTENCE_LENGTH = 220  # characters of a sentence
_MAX_SENTENCES = 4
_IMPACT_ORDER = (
    ImpactKind.USERS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
)  # the one people ask about first


def summarize(
    lines: Sequence[Line],
    moments: Moments,
    impact: Sequence[ImpactFigure],
    cause: Sequence[Statement],
) -> tuple[Statement, ...]:
    """Return two to four sentences; gaps are left out here and become open questions."""
    by_id = {line.id: line for line in lines}
    statements = (
        *_what_happened(lines, by_id, moments),
        *_who_was_affected(impact),
        *_cause(cause),
        *_what_helped(by_id, moments),
    )
    return take_distinct(statements, _MAX_SENTENCES)


def _what_happened(
    lines: Sequence[Line], by_id: Mapping[str, Line], moments: Moments
) -> Iterator[Statement]:
    """Yield the title of the declaration, or else the first sign in its own words."""
    declared = next((line for line in lines if line.event.kind is EventKind.DECLARED), None)
    first = declared or _line_of_moment(by_id, moments.detected)
    if first and first.prose:
        yield _sentence(first, first.prose)


def _who_was_affected(impact: Sequence[ImpactFigure]) -> Iterator[Statement]:
    for kind in _IMPACT_ORDER:
        for figure in impact:
            if figure.kind is kind:
                text = wording.as_sentence(figure.text)
                yield Statement(text=text, evidence=figure.evidence, written=figure.written)
                return


def _cause(cause: Sequence[Statement]) -> Iterator[Statement]:
    for statement in cause[:1]:
        text = wording.cause_sentence(quote(statement.text, _MAX_SENTENCE_LENGTH))
        yield replace(statement, text=text)


def _what_helped(by_id: Mapping[str, Line], moments: Moments) -> Iterator[Statement]:
    """Yield the step that helped, or else the statement of recovery."""
    step = _line_of_moment(by_id, moments.mitigating)
    change = find_change(step) if step else None
    if step and change and not _VAGUE.search(change.clause):
        yield Statement(
            text=wording.fix_sentence(quote(change.clause, _MAX_SENTENCE_LENGTH)),
            evidence=(step.id,),
        )
        return
    recovery = _line_of_moment(by_id, moments.restored)
    claim = find_recovery_claim(recovery, after_step=True) if recovery else None
    if recovery and (claim or recovery.prose):
        yield _sentence(recovery, claim.clause if claim else recovery.prose)


def _line_of_moment(by_id: Mapping[str, Line], moment: Moment | None) -> Line | None:
    return (
        next((by_id[message] for message in moment.evidence if message in by_id), None)
        if moment
        else None
    )


def _sentence(line: Line, text: str) -> Statement:
    return Statement(
        text=wording.as_sentence(quote(text, _MAX_SENTENCE_LENGTH)),
        evidence=make_statement(line).evidence,
    )
