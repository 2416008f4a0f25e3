"""Catching up: what who joins late needs to know, from what is stored and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import Detail, RowKind
from bot.domain.drafting import draft
from bot.domain.incident import Incident
from bot.domain.markup import plain
from bot.domain.rules.reading import name_of
from bot.domain.timeline import Kind, Mark, Record, TimelineEvent
from bot.places import permalink
from bot.postmortems import QUICKLY_READ, record_of
from storage import action_items
from storage.engine import Session

_TOLD = 6  # marked messages, findings and decisions: what is read in half a minute
_ITEMS = 5
# Marks that say how it stands; what went well and poorly is for afterwards.
_TELLING = frozenset(Mark) - {Mark.ACTION_ITEM, Mark.WENT_WELL, Mark.WENT_POORLY, Mark.LUCKY}
_STATUS = {Kind.STATUS, Kind.RESOLVED, Kind.REOPENED, Kind.CANCELLED}
_FOUND = {RowKind.FINDING, RowKind.DECISION}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Something that was found or decided: in plain words, by whom, and where it was said."""

    at: datetime
    author: str
    text: str
    link: str | None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CatchUp:
    """An incident as it stands. Texts are plain; None and nothing is what nobody said."""

    incident: Incident
    since: datetime | None
    impact: Told | None
    update: Told | None
    told: tuple[Told, ...]
    items: tuple[ActionItem, ...]
    more_items: int


def catch_up(session: Session, incident: Incident) -> CatchUp:
    """Gather how an incident stands. Of a long one, what is read off the talk is of its last part."""
    record = record_of(session, incident).shown()
    found = [_told(session, record, event) for event in _marked(record)][-_TOLD:]
    known = {event.message_id for event in _marked(record)}
    found += list(_read(session, record, known))[len(found) - _TOLD :] if len(found) < _TOLD else []
    items = [
        item
        for item in action_items.of_incident(session, incident.id)
        if item.state in {ItemState.OPEN, ItemState.SUGGESTED}
    ]
    return CatchUp(
        incident=incident,
        since=_since(record),
        impact=_last(session, record, Kind.IMPACT),
        update=_last(session, record, Kind.UPDATE),
        told=tuple(found),
        items=tuple(items[:_ITEMS]),
        more_items=max(0, len(items) - _ITEMS),
    )


def _since(record: Record) -> datetime | None:
    """When its status became what it is."""
    status = record.incident.status
    deeds = (event for event in reversed(record.events) if event.kind in _STATUS)
    return next((deed.happened_at for deed in deeds if deed.detail == status), None)


def _marked(record: Record) -> list[TimelineEvent]:
    return [event for event in record.events if event.marks & _TELLING and not event.deleted]


def _last(session: Session, record: Record, kind: Kind) -> Told | None:
    event = next((event for event in reversed(record.events) if event.kind is kind), None)
    return _told(session, record, event) if event else None


def _told(session: Session, record: Record, event: TimelineEvent) -> Told:
    return Told(
        at=event.happened_at,
        author=name_of(event.author, record),
        text=plain(event.text, record.people),
        link=permalink(session, event.channel_id, event.message_id),
        marks=tuple(sorted(event.marks & _TELLING)),
    )


def _read(session: Session, record: Record, known: set[str]) -> Iterator[Told]:
    """What the talk itself says was found or decided, as the draft would tell it."""
    recent = replace(record, events=record.events[-QUICKLY_READ:])
    channel = record.incident.channel_id or ""
    for row in draft(recent, Detail.BRIEF).timeline:
        if row.kind in _FOUND and known.isdisjoint(row.evidence):
            link = permalink(session, channel, row.evidence[0])
            yield Told(at=row.at, author=row.author, text=row.text, link=link)
