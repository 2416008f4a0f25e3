"""Read a record once: each event's text as people see it, in clauses, with the cues found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol, TypeVar

from bot.domain.draft import Statement
from bot.domain.markup import to_plain_text
from bot.domain.membership_type import add_outsider_label
from bot.domain.timeline import EventKind, Record, TimelineEvent
from bot.drafting.cues.search import CueMatch, find_cues
from bot.drafting.cues.senses import Sense
from bot.drafting.reading.alerts import AlarmState, classify_alarm
from bot.drafting.reading.language import is_foreign
from bot.drafting.reading.status_pages import Phase, find_status_pages, parse_phase
from bot.drafting.reading.team_zone import find_team_zone
from bot.drafting.reading.wrapped_lines import unwrap

MAX_READ_LENGTH = (
    4_000  # characters of a message that rules read; the rest of a pasted log adds nothing
)
MAX_NAME_LENGTH = 80  # characters of a name
MAX_QUOTE_LENGTH = 280  # characters of a message quoted in a statement

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
# Stops at the next `![`, so that nothing is scanned twice, even if many are opened and never
# closed.
_IMAGE = re.compile(r"!\[(?:[^\]\n!]|!(?!\[))*\]\((?:[^)\n!]|!(?!\[))*\)")
_EDITED = "(edited)"
_EMOJI_NAME = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")
_CLAUSE = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+|(?<=\S) [-\u2013\u2014] (?=\S)")
_SPACE = re.compile(r"\s+")
# Characters not allowed in XML, and so in HTML and SVG; they mean nothing to a reader.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_IGNORED_KINDS = frozenset(
    {
        EventKind.JOINED,
        EventKind.LEFT,
        EventKind.TOPIC,
        EventKind.COMMAND,
        EventKind.REVIEW,
        EventKind.DROPPED,
        EventKind.FORGOTTEN,
        EventKind.KEY_TIME,
        EventKind.KEY_TIME_CLEARED,
    }
)
SPEECH_KINDS = frozenset(
    {
        EventKind.MESSAGE,
        EventKind.ALERT,
        EventKind.NOTE,
        EventKind.RESOLVED,
        EventKind.IMPACT,
        EventKind.STATUS,
        EventKind.UPDATE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event as the rules see it.

    `prose` is its text without pasted code. `phase` is the phase of a status page's post, `alarm`
    the state in a monitoring message. `zone` is the team's time zone, or UTC itself if unknown.
    """

    event: TimelineEvent
    text: str
    prose: str
    author: str
    clauses: tuple[str, ...]
    cues: tuple[CueMatch, ...]
    phase: Phase | None = None
    alarm: AlarmState | None = None
    zone: tzinfo = UTC

    @property
    def said_at(self) -> datetime:
        """Return the time in the team's zone, which times in the text are relative to."""
        return self.event.happened_at.astimezone(self.zone)

    @property
    def is_by_person(self) -> bool:
        """Return whether it's by a person, not an app or a status page."""
        return self.event.kind is not EventKind.ALERT and not self.alarm and not self.phase

    @property
    def id(self) -> str:
        return self.event.message_id

    def senses(self) -> set[Sense]:
        return {cue.sense for cue in self.cues}

    def find_all(self, sense: Sense) -> Iterator[CueMatch]:
        return (cue for cue in self.cues if cue.sense is sense)

    def find_firm(self, sense: Sense) -> CueMatch | None:
        """Return the first hit of a sense that doesn't ask, deny or hope."""
        return next(
            (cue for cue in self.find_all(sense) if not (cue.is_negated or cue.is_question)), None
        )


@dataclass(frozen=True, slots=True)
class _Conversation:
    """Facts about the whole conversation that are needed to read each line."""

    record: Record
    pages: frozenset[str]
    zone: tzinfo
    foreign: bool


def read_record(record: Record) -> tuple[Line, ...]:
    """Read every event that isn't deleted.

    Joins, topics and reviews say nothing about the incident, and a command's effect is a separate
    event.
    """
    events = [
        event for event in record.events if not event.deleted and event.kind not in _IGNORED_KINDS
    ]
    spoken = [event for event in events if event.kind is EventKind.MESSAGE]
    conversation = _Conversation(
        record=record,
        pages=find_status_pages((event.author, event.text) for event in events),
        zone=find_team_zone((event.text[:MAX_READ_LENGTH], event.happened_at) for event in spoken)
        or UTC,
        foreign=is_foreign(event.text[:MAX_READ_LENGTH] for event in spoken),
    )
    return tuple(_read_line(event, conversation) for event in events)


def quote(text: str, limit: int = MAX_QUOTE_LENGTH) -> str:
    """Return the text on one line, cut at a space so that no word, number or URL is cut in two."""
    short = _SPACE.sub(" ", text).strip()
    if len(short) <= limit:
        return short
    cut = short[:limit].rpartition(" ")[0]
    return cut + " …" if cut else "…"


def replace_unprintable(text: str) -> str:
    """Replace characters that no document may contain by spaces."""
    return _UNPRINTABLE.sub(" ", text)


def make_statement(line: Line, clause: str = "") -> Statement:
    return Statement(text=quote(clause or line.prose or line.text), evidence=(line.id,))


def display_name(person: str, record: Record) -> str:
    name = quote(replace_unprintable(record.people.get(person, person)), MAX_NAME_LENGTH)
    label = record.outsiders.get(person)
    return (
        add_outsider_label(name, quote(replace_unprintable(label), MAX_NAME_LENGTH))
        if label
        else name
    )


class HasText(Protocol):
    """A part of the draft with a text."""

    @property
    def text(self) -> str: ...


Part = TypeVar("Part", bound=HasText)


def take_distinct(parts: Iterable[Part], limit: int) -> tuple[Part, ...]:
    """Return the first `limit` parts, without empty and repeated texts."""
    by_text: dict[str, Part] = {}
    for part in parts:
        if part.text:
            by_text.setdefault(part.text.casefold(), part)
    return tuple(by_text.values())[:limit]


def _read_line(event: TimelineEvent, conversation: _Conversation) -> Line:
    text = (
        replace_unprintable(to_plain_text(event.text, conversation.record.people))
        .strip()
        .removesuffix(_EDITED)
        .strip()
    )
    prose = unwrap(_remove_code(text[:MAX_READ_LENGTH]))
    clauses = tuple(part.strip() for part in _CLAUSE.split(prose) if part.strip(" \t-*>#"))
    is_page = event.author in conversation.pages
    is_understood = event.kind in SPEECH_KINDS and not (
        conversation.foreign and event.kind is EventKind.MESSAGE
    )
    return Line(
        event=event,
        text=text,
        prose=prose,
        author=display_name(event.author, conversation.record),
        clauses=clauses,
        cues=tuple(find_cues(clauses)) if is_understood else (),
        phase=parse_phase(text) if is_page else None,
        alarm=None if is_page else classify_alarm(event, text),
        zone=conversation.zone,
    )


def _remove_code(text: str) -> str:
    bare = _IMAGE.sub(" ", _CODE.sub(" … ", text))
    return _EMOJI_NAME.sub("", bare).strip()
