"""The form of rules for key times, shared helpers, and rules that any key time may use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.incident import Status
from bot.domain.key_times import Basis, Moment
from bot.domain.timeline import EventKind, Mark
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.key_times.spoken_times import parse_said_time
from bot.drafting.reading.lines import Line
from bot.drafting.reading.status_pages import Phase

Rule = Callable[[Sequence[Line], Mapping[str, Moment]], Moment | None]


def status_rule(status: Status) -> Rule:
    """A command or button set this status: a person said so, at that time.

    An incident is resolved twice if the first time was wrong, so the last time counts.
    """

    def by_command(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        changes = [line for line in lines if _status_set_by(line) is status]
        if not changes:
            return None
        return make_moment(changes[-1] if status is Status.RESOLVED else changes[0], Basis.MARKED)

    return by_command


def mark_rule(mark: Mark) -> Rule:
    """A person marked a message as this, which takes precedence over anything merely said."""

    def by_mark(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        marked = next((line for line in lines if mark in line.event.marks), None)
        return make_moment(marked, Basis.MARKED) if marked else None

    return by_mark


def status_page_rule(phase: Phase) -> Rule:
    """A status page has a fixed word for each phase, which is chosen with care."""

    def by_status_page(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        posts = [line for line in lines if line.phase is phase]
        if not posts:
            return None
        return make_moment(posts[-1] if phase is Phase.RESOLVED else posts[0], Basis.INFERRED)

    return by_status_page


def has_sense(line: Line, sense: Sense) -> bool:
    return any(True for _ in line.find_all(sense))


def find_reporters(lines: Sequence[Line], moments: Mapping[str, Moment]) -> set[str]:
    """Return the authors of the first sign; their own next messages aren't a response to it."""
    detected = moments.get("detected")
    return {line.author for line in lines if detected and line.id in detected.evidence}


def lines_after(lines: Sequence[Line], moment: Moment | None) -> Iterator[Line]:
    """Yield the lines from a moment on; none if it's unknown.

    A response needs something to respond to.
    """
    return (line for line in lines if moment and line.event.happened_at >= moment.at)


def find_position(lines: Sequence[Line], moment: Moment | None) -> int | None:
    """Return the position of a moment's evidence; its time may differ from the message's."""
    evidence = moment.evidence if moment else ()
    return next((position for position, line in enumerate(lines) if line.id in evidence), None)


def make_moment(line: Line, basis: Basis, at: datetime | None = None) -> Moment:
    return Moment(at=at or line.event.happened_at, basis=basis, evidence=(line.id,))


def make_clause_moment(line: Line, cue: CueMatch) -> Moment:
    """Return a moment at the time that a cue's clause gives, or else at the message's time."""
    return make_spoken_moment(line, cue.clause)


def make_spoken_moment(line: Line, clause: str) -> Moment:
    """Return a moment at the time that a clause gives for itself, or else at the message's time."""
    stated_at = parse_said_time(clause, line.said_at)
    if stated_at and line.event.kind is not EventKind.NOTE:
        return make_moment(line, Basis.REPORTED, stated_at)
    return make_line_moment(line)


def make_line_moment(line: Line) -> Moment:
    """Return a moment at the message's own time; a note's time was typed by its author."""
    return make_moment(line, Basis.TYPED if line.event.kind is EventKind.NOTE else Basis.INFERRED)


def _status_set_by(line: Line) -> Status | None:
    event = line.event
    if event.kind is EventKind.RESOLVED:
        return Status.RESOLVED
    named = (status for status in Status if status == event.detail)
    return next(named, None) if event.kind is EventKind.STATUS else None
