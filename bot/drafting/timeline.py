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
_FOLLOW_UP_AFTER = timedelta(hours=6)  # after the end; later messages aren't part of the story
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
        return tuple(row for line in lines if (row := make_row(line, (), all_of_it=True)))
    needed = {message for _, moment in moments.named() if moment for message in moment.evidence}
    story = _story_lines(lines, moments, needed, follow_up)
    if detail is Detail.BRIEF:
        rows = [
            row
            for line in story
            if line.id in needed or is_turning_point(line)
            if (row := make_row(line, needed))
        ]
    else:
        rows = _limit_rows(lines, list(_candidate_rows(story, lines, moments, needed)), needed)
    spoken = {line.id for line in lines if line.event.kind is EventKind.MESSAGE}
    marked = {line.id for line in lines if line.event.marks}
    joined = _join_rows(_without_repeats(rows, needed | marked), spoken)
    return _with_silences(joined, find_silences(lines, moments))


def _candidate_rows(
    story: Iterable[Line], lines: Sequence[Line], moments: Moments, needed: Collection[str]
) -> Iterator[tuple[Line, TimelineRow]]:
    find_observation = _make_row_reader(lines, moments)
    for line in story:
        if row := make_row(line, needed) or find_observation(line):
            yield line, row


def _limit_rows(
    lines: Sequence[Line], candidates: Sequence[tuple[Line, TimelineRow]], needed: Collection[str]
) -> list[TimelineRow]:
    """Drop the least important rows, latest first, if there are too many for the conversation."""
    spoken = sum(line.event.kind is EventKind.MESSAGE and line.is_by_person for line in lines)
    weighed_rows = [
        (compute_weight(line), -position)
        for position, (line, _) in enumerate(candidates)
        if line.is_by_person and line.event.kind is EventKind.MESSAGE and not line.event.marks
    ]
    excess = len(weighed_rows) - max(_ALWAYS_KEPT, spoken * _PER_HUNDRED // 100)
    removable = [
        weighed_row
        for weighed_row in weighed_rows
        if candidates[-weighed_row[1]][0].id not in needed
    ]
    dropped = {-position for _, position in sorted(removable)[: max(excess, 0)]}
    return [row for position, (_, row) in enumerate(candidates) if position not in dropped]


def _make_row_reader(
    lines: Sequence[Line], moments: Moments
) -> Callable[[Line], TimelineRow | None]:
    """Return a function that recognizes facts: observations by responders during the incident."""
    at_work = {line.author for line in lines if line.is_by_person and line.senses() & _WORK_SENSES}
    start, end = moments.detected, moments.restored or moments.resolved

    def observed(line: Line) -> TimelineRow | None:
        has_begun = start and line.event.happened_at >= start.at
        over = end and line.event.happened_at > end.at
        is_responder = line.event.kind is EventKind.MESSAGE and line.author in at_work
        return make_fact_row(line) if is_responder and has_begun and not over else None

    return observed


def _story_lines(
    lines: Sequence[Line], moments: Moments, needed: set[str], follow_up: Collection[str]
) -> Iterator[Line]:
    """Yield the lines of the story; looking back and planning after the end isn't part of it."""
    over = moments.restored or moments.resolved
    for line in lines:
        is_after = over is not None and line.event.happened_at >= over.at
        is_elsewhere = _is_follow_up(line, moments) or (
            is_after and _is_looking_back(line, follow_up)
        )
        if line.id in needed or not is_elsewhere:
            yield line


def _is_follow_up(line: Line, moments: Moments) -> bool:
    """Return whether a message long after the end is about follow-up or another topic."""
    if line.event.kind is not EventKind.MESSAGE or line.event.marks or not moments.resolved:
        return False
    return line.event.happened_at > moments.resolved.at + _FOLLOW_UP_AFTER


def _is_looking_back(line: Line, follow_up: Collection[str]) -> bool:
    if line.event.kind is not EventKind.MESSAGE or line.event.marks:
        return False
    return line.id in follow_up or not _REVIEW_SENSES.isdisjoint(line.senses())


def _with_silences(
    rows: Iterator[TimelineRow], silences: Sequence[Silence]
) -> tuple[TimelineRow, ...]:
    """Insert each silence where it began, after what was said in that minute."""
    silence_rows = [
        TimelineRow(
            at=silence.last.event.happened_at,
            kind=RowKind.NOTE,
            text=wording.nothing_recorded(silence.span),
            author="",
            evidence=silence.evidence,
        )
        for silence in silences
    ]
    return (
        tuple(sorted([*rows, *silence_rows], key=lambda row: row.at))
        if silence_rows
        else tuple(rows)
    )


def _without_repeats(rows: list[TimelineRow], needed: Collection[str]) -> list[TimelineRow]:
    """Keep the first and last of a repeated alert, and needed ones; the last has the count."""
    positions: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        if row.kind is RowKind.ALERT:
            positions.setdefault(_NUMBER.sub("#", row.text.casefold()), []).append(position)
    dropped = {
        position
        for repeats in positions.values()
        for position in repeats[1:-1]
        if rows[position].evidence[0] not in needed
    }
    counts = {repeats[-1]: len(repeats) for repeats in positions.values()}
    return [
        replace(row, times=counts.get(position, 1))
        for position, row in enumerate(rows)
        if position not in dropped
    ]


def _join_rows(rows: list[TimelineRow], spoken: set[str]) -> Iterator[TimelineRow]:
    """Combine rows by one person in quick succession; commands and alerts stay separate."""
    joined: TimelineRow | None = None
    for row in rows:
        if joined and _can_join(joined, row) and spoken.issuperset(joined.evidence + row.evidence):
            joined = replace(
                joined, text=f"{joined.text} / {row.text}", evidence=joined.evidence + row.evidence
            )
            continue
        if joined:
            yield joined
        joined = row
    if joined:
        yield joined


def _can_join(first: TimelineRow, second: TimelineRow) -> bool:
    is_same_author = (first.kind, first.author) == (second.kind, second.author)
    is_near = timedelta() <= second.at - first.at <= _JOIN_WITHIN
    is_joinable = first.kind in _JOINED_KINDS
    return (
        is_same_author
        and is_joinable
        and is_near
        and len(first.text) + len(second.text) <= MAX_ROW_LENGTH
    )
