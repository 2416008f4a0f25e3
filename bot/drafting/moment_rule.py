"""What the rules for moments are made of: their form, their answers, and those that any moment may use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.draft import Basis, Moment
from bot.domain.incident import Status
from bot.domain.timeline import Kind, Mark
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.reading import Line
from bot.drafting.spoken_times import said_time
from bot.drafting.status_page_feed import Phase

Rule = Callable[[Sequence[Line], Mapping[str, Moment]], Moment | None]


def deed(status: Status) -> Rule:
    """A command or a button set this status: a person said so, at that time.

    Things are resolved twice when the first time was wrong; the last one counts.
    """

    def by_command(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        deeds = [line for line in lines if _set_status(line) is status]
        if not deeds:
            return None
        return moment_at(deeds[-1] if status is Status.RESOLVED else deeds[0], Basis.MARKED)

    return by_command


def mark(what: Mark) -> Rule:
    """A person marked a message as this: nothing that was merely said outweighs it."""

    def by_mark(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        marked = next((line for line in lines if what in line.event.marks), None)
        return moment_at(marked, Basis.MARKED) if marked else None

    return by_mark


def posted(wanted: Phase) -> Rule:
    """A status page has a fixed word for each phase, and it is chosen with care."""

    def by_status_page(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        posts = [line for line in lines if line.phase is wanted]
        if not posts:
            return None
        return moment_at(posts[-1] if wanted is Phase.RESOLVED else posts[0], Basis.INFERRED)

    return by_status_page


def has(line: Line, sense: Sense) -> bool:
    return any(True for _ in line.said(sense))


def reporters(lines: Sequence[Line], found: Mapping[str, Moment]) -> set[str]:
    """Who gave the first sign: their own next words do not answer it."""
    detected = found.get("detected")
    return {line.author for line in lines if detected and line.id in detected.evidence}


def after(lines: Sequence[Line], moment: Moment | None) -> Iterator[Line]:
    """The lines from a moment on; none when it is unknown: an answer needs what it answers."""
    return (line for line in lines if moment and line.event.happened_at >= moment.at)


def place_of(lines: Sequence[Line], moment: Moment | None) -> int | None:
    """Where the line stands that a moment rests on: its time may be one that the line tells."""
    evidence = moment.evidence if moment else ()
    return next((place for place, line in enumerate(lines) if line.id in evidence), None)


def moment_at(line: Line, basis: Basis, at: datetime | None = None) -> Moment:
    return Moment(at=at or line.event.happened_at, basis=basis, evidence=(line.id,))


def moment_of(line: Line, hit: Hit) -> Moment:
    """The time that a clause gives for itself, else the message's own."""
    said = said_time(hit.clause, line.said_at)
    if said and line.event.kind is not Kind.NOTE:
        return moment_at(line, Basis.REPORTED, said)
    return read_off(line)


def read_off(line: Line) -> Moment:
    """The message's own time; a note's time was typed by whoever entered it."""
    return moment_at(line, Basis.TYPED if line.event.kind is Kind.NOTE else Basis.INFERRED)


def _set_status(line: Line) -> Status | None:
    event = line.event
    if event.kind is Kind.RESOLVED:
        return Status.RESOLVED
    named = (status for status in Status if status == event.detail)
    return next(named, None) if event.kind is Kind.STATUS else None
