"""The timeline: the rows that a reader needs to follow the story, without chatter."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.draft import Detail, RowKind, TimelineRow
from bot.domain.key_times import Moments
from bot.domain.timeline import EventKind
from bot.drafting import wording
from bot.drafting.cues.senses import Sense
from bot.drafting.reading.lines import Line
from bot.drafting.silences import Silence, find_silences
from bot.drafting.timeline_rows import (
    MAX_ROW_LENGTH,
    compute_weight,
    is_turning_point,
    make_fact_row,
    make_row,
)

_JOIN_WITHIN = timedelta(seconds=90)  # messages by one person within this time are combined
_FOLLOW_UP_AFTER = timedelta(hours=6)  # after the end; what is said later is no part of the story
_NUMBER = re.compile(r"\d+")
# After the end, these look back; they have their own sections.
_REVIEW_SENSES = {Sense.WELL, Sense.POORLY, Sense.LUCKY, Sense.LESSON, Sense.FACTOR}
_ALWAYS_KEPT, _PER_HUNDRED = 20, 45  # rows that are never too many; above that, per 100 messages
_WORK_SENSES = {Sense.TAKEN, Sense.LOOKING, Sense.BEGUN, Sense.DONE}
_JOINED_KINDS = {RowKind.FINDING, RowKind.REPORT, RowKind.ACTION, RowKind.DECISION}


def build_timeline(
    lines: Sequence[Line], moments: Moments, follow_up: Collection[str], detail: Detail
) -> tuple[TimelineRow, ...]:
    """Return the rows of the timeline in order, always including the evidence of key times.

    `follow_up` are messages covered by other sections: future work isn't part of what happened.
    """
    if detail is Detail.EVERYTHING:
        return tuple(each for line in lines if (each := make_row(line, (), all_of_it=True)))
    needed = {each for _, moment in moments.named() if moment for each in moment.evidence}
    told = _story_lines(lines, moments, needed, follow_up)
    if detail is Detail.BRIEF:
        rows = [
            each
            for line in told
            if line.id in needed or is_turning_point(line)
            if (each := make_row(line, needed))
        ]
    else:
        rows = _limit_rows(lines, list(_candidate_rows(told, lines, moments, needed)), needed)
    spoken = {line.id for line in lines if line.event.kind is EventKind.MESSAGE}
    marked = {line.id for line in lines if line.event.marks}
    joined = _join_rows(_without_repeats(rows, needed | marked), spoken)
    return _with_silences(joined, find_silences(lines, moments))


def _candidate_rows(
    told: Iterable[Line], lines: Sequence[Line], moments: Moments, needed: Collection[str]
) -> Iterator[tuple[Line, TimelineRow]]:
    observed = _make_row_reader(lines, moments)
    for line in told:
        if each := make_row(line, needed) or observed(line):
            yield line, each


def _limit_rows(
    lines: Sequence[Line], told: Sequence[tuple[Line, TimelineRow]], needed: Collection[str]
) -> list[TimelineRow]:
    """Drop the least important rows, latest first, if there are too many for the conversation."""
    spoken = sum(line.event.kind is EventKind.MESSAGE and line.is_by_person for line in lines)
    weighed = [
        (compute_weight(line), -place)
        for place, (line, _) in enumerate(told)
        if line.is_by_person and line.event.kind is EventKind.MESSAGE and not line.event.marks
    ]
    too_many = len(weighed) - max(_ALWAYS_KEPT, spoken * _PER_HUNDRED // 100)
    free = [each for each in weighed if told[-each[1]][0].id not in needed]
    dropped = {-place for _, place in sorted(free)[: max(too_many, 0)]}
    return [each for place, (_, each) in enumerate(told) if place not in dropped]


def _make_row_reader(
    lines: Sequence[Line], moments: Moments
) -> Callable[[Line], TimelineRow | None]:
    """Return a function that recognizes facts: observations by responders during the incident."""
    at_work = {line.author for line in lines if line.is_by_person and line.senses() & _WORK_SENSES}
    start, end = moments.detected, moments.restored or moments.resolved

    def observed(line: Line) -> TimelineRow | None:
        during = start and line.event.happened_at >= start.at
        over = end and line.event.happened_at > end.at
        told = line.event.kind is EventKind.MESSAGE and line.author in at_work
        return make_fact_row(line) if told and during and not over else None

    return observed


def _story_lines(
    lines: Sequence[Line], moments: Moments, needed: set[str], follow_up: Collection[str]
) -> Iterator[Line]:
    """Yield the lines of the story; looking back and planning after the end isn't part of it."""
    over = moments.restored or moments.resolved
    for line in lines:
        after = over is not None and line.event.happened_at >= over.at
        told_elsewhere = _is_follow_up(line, moments) or (
            after and _is_looking_back(line, follow_up)
        )
        if line.id in needed or not told_elsewhere:
            yield line


def _is_follow_up(line: Line, moments: Moments) -> bool:
    """Whether somebody tells, long after the end, of work on an action item or of something else."""
    if line.event.kind is not EventKind.MESSAGE or line.event.marks or not moments.resolved:
        return False
    return line.event.happened_at > moments.resolved.at + _FOLLOW_UP_AFTER


def _is_looking_back(line: Line, follow_up: Collection[str]) -> bool:
    if line.event.kind is not EventKind.MESSAGE or line.event.marks:
        return False
    return line.id in follow_up or not _REVIEW_SENSES.isdisjoint(line.senses())


def _with_silences(
    rows: Iterator[TimelineRow], silent: Sequence[Silence]
) -> tuple[TimelineRow, ...]:
    """Insert each silence where it began, after what was said in that minute."""
    named = [
        TimelineRow(
            at=each.last.event.happened_at,
            kind=RowKind.NOTE,
            text=wording.nothing_recorded(each.span),
            author="",
            evidence=each.evidence,
        )
        for each in silent
    ]
    return tuple(sorted([*rows, *named], key=lambda each: each.at)) if named else tuple(rows)


def _without_repeats(rows: list[TimelineRow], needed: Collection[str]) -> list[TimelineRow]:
    """Keep the first and last of a repeated alert, and needed ones; the last has the count."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(rows):
        if each.kind is RowKind.ALERT:
            places.setdefault(_NUMBER.sub("#", each.text.casefold()), []).append(place)
    dropped = {
        place
        for same in places.values()
        for place in same[1:-1]
        if rows[place].evidence[0] not in needed
    }
    counts = {same[-1]: len(same) for same in places.values()}
    return [
        replace(each, times=counts.get(place, 1))
        for place, each in enumerate(rows)
        if place not in dropped
    ]


def _join_rows(rows: list[TimelineRow], spoken: set[str]) -> Iterator[TimelineRow]:
    """Combine rows by one person in quick succession; commands and alerts stay separate."""
    held: TimelineRow | None = None
    for each in rows:
        if held and _can_join(held, each) and spoken.issuperset(held.evidence + each.evidence):
            held = replace(
                held, text=f"{held.text} / {each.text}", evidence=held.evidence + each.evidence
            )
            continue
        if held:
            yield held
        held = each
    if held:
        yield held


def _can_join(first: TimelineRow, second: TimelineRow) -> bool:
    same = (first.kind, first.author) == (second.kind, second.author)
    near = timedelta() <= second.at - first.at <= _JOIN_WITHIN
    told = first.kind in _JOINED_KINDS
    return same and told and near and len(first.text) + len(second.text) <= MAX_ROW_LENGTH
