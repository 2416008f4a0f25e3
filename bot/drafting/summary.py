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
    told = (
        *_what_happened(lines, by_id, moments),
        *_who_was_affected(impact),
        *_cause(cause),
        *_what_helped(by_id, moments),
    )
    return take_distinct(told, _MAX_SENTENCES)


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
    for each in cause[:1]:
        text = wording.cause_sentence(quote(each.text, _MAX_SENTENCE_LENGTH))
        yield replace(each, text=text)


def _what_helped(by_id: Mapping[str, Line], moments: Moments) -> Iterator[Statement]:
    """Yield the step that helped, or else the statement of recovery."""
    helped = _line_of_moment(by_id, moments.mitigating)
    hit = find_change(helped) if helped else None
    if helped and hit and not _VAGUE.search(hit.clause):
        yield Statement(
            text=wording.fix_sentence(quote(hit.clause, _MAX_SENTENCE_LENGTH)),
            evidence=(helped.id,),
        )
        return
    well = _line_of_moment(by_id, moments.restored)
    said = find_recovery_claim(well, after_step=True) if well else None
    if well and (said or well.prose):
        yield _sentence(well, said.clause if said else well.prose)


def _line_of_moment(by_id: Mapping[str, Line], moment: Moment | None) -> Line | None:
    return (
        next((by_id[each] for each in moment.evidence if each in by_id), None) if moment else None
    )


def _sentence(line: Line, text: str) -> Statement:
    return Statement(
        text=wording.as_sentence(quote(text, _MAX_SENTENCE_LENGTH)),
        evidence=make_statement(line).evidence,
    )
