"""A record read once: each event's text as people read it, cut in clauses, with the cues found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.domain.draft import Statement
from bot.domain.markup import plain
from bot.domain.membership_type import marked
from bot.domain.timeline import Kind, Record, TimelineEvent
from bot.drafting.alerts import Alarm, alarm
from bot.drafting.cue_search import Hit, hits
from bot.drafting.cue_senses import Sense
from bot.drafting.status_page_feed import Phase, pages, phase
from bot.drafting.talk_language import is_foreign
from bot.drafting.team_clock import team_zone

READ = 4_000  # characters of a message that rules look at; a pasted log says no more after that
NAME = 80  # characters of a name
QUOTED = 280  # characters of a message that a statement repeats

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
# Up to the next `![` at most; so nothing is read twice, however many are opened and not closed.
_IMAGE = re.compile(r"!\[(?:[^\]\n!]|!(?!\[))*\]\((?:[^)\n!]|!(?!\[))*\)")
_EDITED = "(edited)"
_EMOJI_NAME = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")
_CLAUSE = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+|(?<=\S) [-\u2013\u2014] (?=\S)")
_SPACE = re.compile(r"\s+")
# Characters that no XML, and so no HTML and no SVG, may hold; they say nothing to a reader.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SILENT = frozenset(
    {
        Kind.JOINED, Kind.LEFT, Kind.TOPIC, Kind.COMMAND, Kind.REVIEW, Kind.DROPPED, Kind.FORGOTTEN,
        Kind.KEY_TIME, Kind.KEY_TIME_CLEARED,
    }
)  # fmt: skip
_SPEECH = frozenset(
    {Kind.MESSAGE, Kind.ALERT, Kind.NOTE, Kind.RESOLVED, Kind.IMPACT, Kind.STATUS, Kind.UPDATE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event as rules see it.

    `prose` is its text without pasted code; `phase` is that of a status page's post, `alarm` what a
    message of monitoring says. `zone` is UTC itself where the team's own is not known.
    """

    event: TimelineEvent
    text: str
    prose: str
    author: str
    clauses: tuple[str, ...]
    hits: tuple[Hit, ...]
    phase: Phase | None = None
    alarm: Alarm | None = None
    zone: tzinfo = UTC

    @property
    def said_at(self) -> datetime:
        """When it was said, by the clock that the team goes by: what a time in it is reckoned from."""
        return self.event.happened_at.astimezone(self.zone)

    @property
    def by_person(self) -> bool:
        """Whether a person says it: no application and no status page."""
        return self.event.kind is not Kind.ALERT and not self.alarm and not self.phase

    @property
    def id(self) -> str:
        return self.event.message_id

    def senses(self) -> set[Sense]:
        return {hit.sense for hit in self.hits}

    def said(self, sense: Sense) -> Iterator[Hit]:
        return (hit for hit in self.hits if hit.sense is sense)

    def firm(self, sense: Sense) -> Hit | None:
        """The first hit of a sense that neither asks, denies nor hopes."""
        return next((hit for hit in self.said(sense) if not (hit.not_yet or hit.asked)), None)


@dataclass(frozen=True, slots=True)
class _Room:
    """What the talk as a whole tells about each line of it."""

    record: Record
    pages: frozenset[str]
    zone: tzinfo
    foreign: bool


def read(record: Record) -> tuple[Line, ...]:
    """Read every event that is still there; joins and topics have nothing to say, a review says
    nothing of the incident, and what a command did is an event of its own.
    """
    there = [event for event in record.events if not event.deleted and event.kind not in _SILENT]
    spoken = [event for event in there if event.kind is Kind.MESSAGE]
    room = _Room(
        record=record,
        pages=pages((event.author, event.text) for event in there),
        zone=team_zone((event.text[:READ], event.happened_at) for event in spoken) or UTC,
        foreign=is_foreign(event.text[:READ] for event in spoken),
    )
    return tuple(_line(event, room) for event in there)


def quote(text: str, limit: int = QUOTED) -> str:
    """The text on one line, cut at a space so that no word, number or address is cut in two."""
    short = _SPACE.sub(" ", text).strip()
    if len(short) <= limit:
        return short
    cut = short[:limit].rpartition(" ")[0]
    return cut + " …" if cut else "…"


def clean(text: str) -> str:
    """The text with a space for each character that no document may hold."""
    return _UNPRINTABLE.sub(" ", text)


def statement(line: Line, clause: str = "") -> Statement:
    return Statement(text=quote(clause or line.prose or line.text), evidence=(line.id,))


def name_of(person: str, record: Record) -> str:
    name = quote(clean(record.people.get(person, person)), NAME)
    mark = record.outsiders.get(person)
    return marked(name, quote(clean(mark), NAME)) if mark else name


def distinct(statements: Iterable[Statement], limit: int) -> tuple[Statement, ...]:
    """The first `limit` statements, each text once."""
    seen: dict[str, Statement] = {}
    for each in statements:
        if each.text:
            seen.setdefault(each.text.casefold(), each)
    return tuple(seen.values())[:limit]


def _line(event: TimelineEvent, room: _Room) -> Line:
    text = clean(plain(event.text, room.record.people)).strip().removesuffix(_EDITED).strip()
    prose = _prose(text[:READ])
    clauses = tuple(part.strip() for part in _CLAUSE.split(prose) if part.strip(" \t-*>#"))
    is_page = event.author in room.pages
    understood = event.kind in _SPEECH and not (room.foreign and event.kind is Kind.MESSAGE)
    return Line(
        event=event,
        text=text,
        prose=prose,
        author=name_of(event.author, room.record),
        clauses=clauses,
        hits=tuple(hits(clauses)) if understood else (),
        phase=phase(text) if is_page else None,
        alarm=None if is_page else alarm(event, text),
        zone=room.zone,
    )


def _prose(text: str) -> str:
    bare = _IMAGE.sub(" ", _CODE.sub(" … ", text))
    return _EMOJI_NAME.sub("", bare).strip()
