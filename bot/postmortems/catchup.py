"""Catching up: what who joins late needs to know, from what is stored and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import Detail, RowKind
from bot.domain.incident import Incident
from bot.domain.markup import plain, referenced
from bot.domain.membership_type import marked
from bot.domain.timeline import Kind, Mark, Record, TimelineEvent
from bot.drafting.draft import draft
from bot.incidents.permalinks import permalink
from bot.postmortems.drafts import QUICKLY_READ, record_of
from storage import action_items, people, timeline, timeline_parts
from storage.engine.store import Session

_TOLD = 6  # marked messages, findings and decisions: what is read in half a minute
_ITEMS = 5
_UNFINISHED = (ItemState.OPEN, ItemState.SUGGESTED)
# Marks that say how it stands; what went well and poorly is for afterwards.
_TELLING = frozenset(Mark) - {Mark.ACTION_ITEM, Mark.WENT_WELL, Mark.WENT_POORLY, Mark.LUCKY}
_STATUS = {Kind.STATUS, Kind.RESOLVED, Kind.REOPENED, Kind.CANCELLED}
_FOUND = {RowKind.FINDING, RowKind.DECISION}


@dataclass(frozen=True, kw_only=True, slots=True)
class Highlight:
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
    impact: Highlight | None
    update: Highlight | None
    told: tuple[Highlight, ...]
    items: tuple[ActionItem, ...]
    more_items: int


def catch_up(session: Session, incident: Incident) -> CatchUp:
    """Gather how an incident stands. Of a long one, what is read off the talk is of its last part."""
    record = record_of(session, incident, timeline_parts.recent(session, incident.id, QUICKLY_READ))
    marked = timeline_parts.marked(session, incident.id, _TELLING, _TOLD)
    found = [_told(session, event) for event in marked]
    known = {event.message_id for event in [*marked, *_marked(record)]}
    found += list(_read(session, record, known))[len(found) - _TOLD :] if len(found) < _TOLD else []
    items = action_items.of_incident(session, incident.id, _ITEMS, _UNFINISHED)
    unfinished = action_items.count_of_incident(session, incident.id, _UNFINISHED)
    impact = timeline.last_impact(session, incident.id)
    update = timeline.last_update(session, incident.id)
    changed = timeline_parts.last_change(session, incident.id, _STATUS, incident.status)
    return CatchUp(
        incident=incident,
        since=changed.happened_at if changed else None,
        impact=_told(session, impact) if impact else None,
        update=_told(session, update) if update else None,
        told=tuple(found),
        items=tuple(items),
        more_items=unfinished - len(items),
    )


def _marked(record: Record) -> list[TimelineEvent]:
    return [event for event in record.events if event.marks & _TELLING]


def _told(session: Session, event: TimelineEvent) -> Highlight:
    names = people.names(session, [event.author, *referenced(event.text)])
    outside = people.outsiders(session, [event.author])
    return Highlight(
        at=event.happened_at,
        author=marked(names.get(event.author, event.author), outside.get(event.author, "")),
        text=plain(event.text, names),
        link=permalink(session, event.channel_id, event.message_id),
        marks=tuple(sorted(event.marks & _TELLING)),
    )


def _read(session: Session, record: Record, known: set[str]) -> Iterator[Highlight]:
    """What the talk itself says was found or decided, as the draft would tell it."""
    channel = record.incident.channel_id or ""
    for row in draft(record, Detail.BRIEF).timeline:
        if row.kind in _FOUND and known.isdisjoint(row.evidence):
            link = permalink(session, channel, row.evidence[0])
            yield Highlight(at=row.at, author=row.author, text=row.text, link=link)
