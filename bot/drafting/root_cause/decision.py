"""Decide what the draft says about the cause: one cause, several possible ones, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.domain.draft import CauseCandidate, Statement
from bot.domain.timeline import Mark
from bot.drafting.cues.search import has_question_mark
from bot.drafting.labels import Label, is_named_cause, remove_heading, remove_label
from bot.drafting.reading.lines import Line, make_statement, take_distinct
from bot.drafting.reading.status_pages import strip_phase
from bot.drafting.roles.role import Role
from bot.drafting.root_cause.ranking import RankedCause, rank_causes
from bot.drafting.root_cause.stated import causal_weight, find_cause_statements, may_name_cause

_CLEAR = 0.2  # the chance from which a cause is stated as the cause
_MARGIN = 1.2  # times the chance of the best one in another message
# What a sentence may seem to do and still state the cause. Taken for chatter, it was only worded in a
# way that the reader doesn't know.
_STATING = {Role.CAUSE, Role.FINDING, Role.CHATTER}
_MENTIONED = 0.12  # the chance from which a cause is worth mentioning
_ABOUT_AS_LIKELY = 0.3  # the share of the best chance
_MAX_CANDIDATES = 3
_MAX_STATEMENTS = 3


def find_root_cause(lines: Sequence[Line]) -> tuple[Statement, ...]:
    """Return what people marked or labelled as the root cause, or else the cause that is clear."""
    marked = [make_statement(line) for line in lines if Mark.ROOT_CAUSE in line.event.marks]
    named = _find_labelled(lines) or _list_clear(lines)
    found = marked or [make_statement(line, clause) for line, clause in named]
    statements = (replace(each, text=_without_label(each.text)) for each in found)
    return take_distinct(statements, _MAX_STATEMENTS)


def _find_labelled(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Return the lines and clauses that people call the cause."""
    return [
        (line, cue.clause)
        for line, cue in find_cause_statements(lines)
        if may_name_cause(cue.clause) and is_named_cause(cue.clause)
    ]


def _list_clear(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    clear = find_clear_cause(lines)
    return [(clear.line, clear.clause)] if clear else []


def find_clear_cause(lines: Sequence[Line]) -> RankedCause | None:
    """Return the likeliest cause if it's clearly likelier than all others and than none.

    A question states nothing, so it's neither the cause nor does it count against one. Nor does a
    sentence that rather tells of a step, a plan or the damage.
    """
    ranked = rank_causes(lines)
    asked = sum(cause.chance for cause in ranked if has_question_mark(cause.clause))
    stating = [
        cause for cause in ranked if cause.role in _STATING and not has_question_mark(cause.clause)
    ]
    best = next(iter(stating), None)
    others = (cause.chance for cause in stating if best and cause.line.id != best.line.id)
    needed = max(_CLEAR * (1 - asked), _MARGIN * next(others, 0))
    return best if best and best.chance >= needed else None


def find_identification(lines: Sequence[Line]) -> tuple[Line, str] | None:
    """Return the line and clause that first named the cause.

    Several people may say much the same, so the earliest of those that are about as likely counts.
    If no cause is clear, it's the firmest statement of one, since people acted on that.
    """
    labelled = _find_labelled(lines)
    clear = find_clear_cause(lines)
    if labelled or not clear:
        return labelled[0] if labelled else _find_firmest(lines)
    similar = {
        cause.line.id: cause.clause
        for cause in reversed(rank_causes(lines))
        if cause.chance >= clear.chance * _ABOUT_AS_LIKELY and not has_question_mark(cause.clause)
    }
    return next((line, similar[line.id]) for line in lines if line.id in similar)


def _find_firmest(lines: Sequence[Line]) -> tuple[Line, str] | None:
    statements = find_cause_statements(lines)
    firmest = max(statements, key=lambda pair: causal_weight(pair[1], pair[0]), default=None)
    return (firmest[0], firmest[1].clause) if firmest else None


def find_possible_causes(lines: Sequence[Line]) -> tuple[CauseCandidate, ...]:
    """Return the likeliest of several possible causes, at most three, each from another message."""
    return take_distinct(islice(_list_possible(lines), _MAX_CANDIDATES), _MAX_CANDIDATES)


def _list_possible(lines: Sequence[Line]) -> Iterator[CauseCandidate]:
    seen: set[str] = set()
    for cause in rank_causes(lines):
        if cause.chance < _MENTIONED:
            return
        if cause.line.id not in seen:
            seen.add(cause.line.id)
            statement = make_statement(cause.line, cause.clause)
            yield CauseCandidate(
                text=_without_label(statement.text).rstrip("."),  # who and when follow it
                evidence=statement.evidence,
                at=cause.line.event.happened_at,
                author=cause.line.author,
            )


def _without_label(clause: str) -> str:
    return remove_label(Label.CAUSE, remove_heading(strip_phase(clause)))
