"""The timeline: the rows that a reader needs to follow the story, without chatter."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.draft import Detail, RowKind, TimelineRow
from bot.domain.key_times import Moments
from bot.domain.letter_case import lower_first
from bot.domain.timeline import EventKind
from bot.drafting import wording
from bot.drafting.cues.senses import Sense
from bot.drafting.reading.component_posts import (
    ComponentPost,
    describe_posts,
    parse_component_post,
    parse_component_text,
)
from bot.drafting.reading.lines import Line
from bot.drafting.roles.model import Scores
from bot.drafting.roles.reading import read_roles
from bot.drafting.silences import Silence, find_silences
from bot.drafting.timeline_rows import (
    MAX_ROW_LENGTH,
    RowMaker,
    compute_weight,
    is_observation,
    is_turning_point,
)

_JOIN_WITHIN = timedelta(seconds=90)  # rows by one person within this time are combined
_CONTINUED = re.compile(r"\(|(?:because|which|due to)\s", re.IGNORECASE)  # an earlier sentence
_FOLLOW_UP_AFTER = timedelta(hours=6)  # after the end; later messages aren't part of the story
_NUMBER = re.compile(r"\d+")
# After the end, these look back; they have their own sections.
_REVIEW_SENSES = {Sense.WELL, Sense.POORLY, Sense.LUCKY, Sense.LESSON, Sense.FACTOR}
_ALWAYS_KEPT, _PER_HUNDRED = 20, 40  # rows that are never too many; above that, per 100 messages
_MAX_ROWS = 45  # rows of a timeline, unless key times and commands alone are more
_WORK_SENSES = {Sense.TAKEN, Sense.LOOKING, Sense.BEGUN, Sense.DONE}
_JOINED_KINDS = {RowKind.FINDING, RowKind.REPORT, RowKind.ACTION, RowKind.DECISION}
_SETTINGS = {EventKind.STATUS, EventKind.SEVERITY, EventKind.SERVICES, EventKind.ROLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineContext:
    """What else the draft knows when the timeline is built.

    `cited` are messages that the summary and the cause are based on: a reader looks for them.
    `follow_up` are messages covered by other sections: future work isn't part of what happened.
    `names` are the names of the people in the record.
    """

    moments: Moments
    cited: Collection[str] = ()
    follow_up: Collection[str] = ()
    names: Collection[str] = ()


def build_timeline(
    lines: Sequence[Line], context: TimelineContext, detail: Detail
) -> tuple[TimelineRow, ...]:
    """Return the rows of the timeline in order, always including the evidence of key times."""
    read_lines, moments = list(zip(lines, read_roles(lines), strict=True)), context.moments
    if detail is Detail.EVERYTHING:
        everything = RowMaker((), context.names, all_of_it=True)
        return tuple(row for read in read_lines if (row := everything.make(*read)))
    needed = {message for _, moment in moments.named() if moment for message in moment.evidence}
    needed.update(context.cited)
    story = [
        (line, roles)
        for line, roles in read_lines
        if line.id in needed or _is_story(line, moments, context.follow_up)
    ]
    maker = RowMaker(needed, context.names)
    if detail is Detail.BRIEF:
        turns = (read for read in story if read[0].id in needed or is_turning_point(read[0]))
        rows = [row for read in turns if (row := maker.make(*read))]
    else:
        candidates = list(_find_candidates(story, maker, _make_work_test(lines, moments)))
        kept = _limit(candidates, sum(map(_is_talk, lines)), needed)
        rows = [row for each in kept if (row := maker.make_as(each.line, each.roles, each.kind))]
    marked = {line.id for line in lines if line.event.marks}
    rows = _join_component_rows(rows, lines, needed | marked)
    joined = _join_rows(_without_repeats(rows, needed | marked), lines)
    return _with_silences(joined, find_silences(lines, moments))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line that may have a row. `weight` is its importance, None if it's always kept."""

    line: Line
    roles: Sequence[Scores]
    kind: RowKind
    weight: int | None


def _find_candidates(
    story: Iterable[tuple[Line, Sequence[Scores]]],
    maker: RowMaker,
    is_at_work: Callable[[Line], bool],
) -> Iterator[_Candidate]:
    for line, roles in story:
        kind = maker.choose_kind(line, roles)
        if not kind and is_at_work(line) and is_observation(line):
            kind = RowKind.FINDING
        is_optional = _is_talk(line) and not line.event.marks
        if kind:
            weight = compute_weight(line, roles) if is_optional else None
            yield _Candidate(line, roles, kind, weight)


def _limit(
    candidates: Sequence[_Candidate], spoken: int, needed: Collection[str]
) -> Iterator[_Candidate]:
    """Drop the least important ones, latest first, if there are too many for `spoken` messages."""
    optional = [
        (candidate.weight, -position)
        for position, candidate in enumerate(candidates)
        if candidate.weight is not None
    ]
    rest = len(candidates) - len(optional)
    allowed = min(max(_ALWAYS_KEPT, spoken * _PER_HUNDRED // 100), max(_MAX_ROWS - rest, 0))
    removable = [each for each in optional if candidates[-each[1]].line.id not in needed]
    excess = max(len(optional) - allowed, 0)
    dropped = {-position for _, position in sorted(removable)[:excess]}
    return (each for position, each in enumerate(candidates) if position not in dropped)


def _make_work_test(lines: Sequence[Line], moments: Moments) -> Callable[[Line], bool]:
    """Return a function that recognizes messages by responders during the incident."""
    at_work = {line.author for line in lines if line.is_by_person and line.senses() & _WORK_SENSES}
    start, end = moments.detected, moments.restored or moments.resolved

    def is_at_work(line: Line) -> bool:
        has_begun = start is not None and line.event.happened_at >= start.at
        is_over = end is not None and line.event.happened_at > end.at
        is_by_responder = line.event.kind is EventKind.MESSAGE and line.author in at_work
        return is_by_responder and has_begun and not is_over

    return is_at_work


def _is_talk(line: Line) -> bool:
    return line.is_by_person and line.event.kind is EventKind.MESSAGE


def _is_story(line: Line, moments: Moments, follow_up: Collection[str]) -> bool:
    """Return whether a line is part of the story; looking back and planning after the end isn't."""
    over = moments.restored or moments.resolved
    is_after = over is not None and line.event.happened_at >= over.at
    return not (_is_follow_up(line, moments) or (is_after and _is_looking_back(line, follow_up)))


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


def _join_component_rows(
    rows: list[TimelineRow], lines: Sequence[Line], needed: set[str]
) -> list[TimelineRow]:
    """Combine a status page's posts about components in a row; leave out what is known already."""
    pages = {line.author for line in lines if parse_component_post(line)}
    joined: list[tuple[TimelineRow, list[ComponentPost]]] = []
    troubled: set[str] = set()
    for row in rows:
        post = parse_component_text(row.text) if row.author in pages else None
        names = post.names if post else ()
        if post and post.trouble and troubled.issuperset(names) and needed.isdisjoint(row.evidence):
            continue
        (troubled.update if post and post.trouble else troubled.difference_update)(names)
        run = joined[-1][1] if joined else []
        if post and run and bool(run[-1].trouble) == bool(post.trouble):
            joined[-1] = _add_post(*joined[-1], row, post)
        else:
            joined.append((row, [post] if post else []))
    return [row for row, _ in joined]


def _add_post(
    first: TimelineRow, run: list[ComponentPost], row: TimelineRow, post: ComponentPost
) -> tuple[TimelineRow, list[ComponentPost]]:
    posts = [*run, post]
    evidence = first.evidence + row.evidence
    return replace(first, text=describe_posts(posts), evidence=evidence), posts


def _join_rows(rows: list[TimelineRow], lines: Sequence[Line]) -> Iterator[TimelineRow]:
    """Combine messages by one person in quick succession, and settings; other rows stay separate."""
    spoken = {line.id for line in lines if line.event.kind is EventKind.MESSAGE}
    settings = {line.id for line in lines if line.event.kind in _SETTINGS}
    last: TimelineRow | None = None
    for row in rows:
        joined = None
        if last and _can_continue(last, row):
            joined = _continue(last, row, spoken)
            if not joined and last.kind is row.kind:
                joined = _join(last, row, spoken, settings)
        if last and not joined:
            yield last
        last = joined or row
    if last:
        yield last


def _join(
    first: TimelineRow, second: TimelineRow, spoken: set[str], settings: set[str]
) -> TimelineRow | None:
    """Return two rows as one; None if they are of different sources."""
    evidence = first.evidence + second.evidence
    if spoken.issuperset(evidence) and first.kind in _JOINED_KINDS:
        text = wording.join_sentences([first.text, second.text])
    elif settings.issuperset(evidence):
        text = wording.join_settings(first.text, second.text)
    else:
        return None
    return replace(first, text=text, evidence=evidence)


def _continue(first: TimelineRow, second: TimelineRow, spoken: set[str]) -> TimelineRow | None:
    """Return the row of a sentence that somebody went on with in another message."""
    evidence = first.evidence + second.evidence
    if not (_CONTINUED.match(second.text) and spoken.issuperset(evidence)):
        return None
    return replace(first, text=f"{first.text} {lower_first(second.text)}", evidence=evidence)


def _can_continue(first: TimelineRow, second: TimelineRow) -> bool:
    is_same_author = first.author == second.author
    is_near = timedelta() <= second.at - first.at <= _JOIN_WITHIN
    return is_same_author and is_near and len(first.text) + len(second.text) <= MAX_ROW_LENGTH
