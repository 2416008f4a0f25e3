"""Catch-up for people who join an incident late, built only from what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import Detail, RowKind
from bot.domain.incident import Incident
from bot.domain.markup import find_references, to_plain_text
from bot.domain.membership_type import add_outsider_label
from bot.domain.timeline import EventKind, Mark, Record, TimelineEvent
from bot.drafting.draft import draft
from bot.incidents.permalinks import permalink
from bot.postmortems.drafts import MAX_QUICK_EVENTS, load_record
from storage import action_items, people, timeline, timeline_parts
from storage.engine.store import Session

# Marked messages, findings and decisions. More would take over half a minute to read.
_MAX_HIGHLIGHTS = 6
_MAX_ITEMS = 5
_UNFINISHED = (ItemState.OPEN, ItemState.SUGGESTED)
# Marks about the current situation; what went well or poorly is for the review.
_HIGHLIGHT_MARKS = frozenset(Mark) - {
    Mark.ACTION_ITEM,
    Mark.WENT_WELL,
    Mark.WENT_POORLY,
    Mark.LUCKY,
}
_STATUS_KINDS = {EventKind.STATUS, EventKind.RESOLVED, EventKind.REOPENED, EventKind.CANCELLED}
_HIGHLIGHT_ROWS = {RowKind.FINDING, RowKind.DECISION}


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
    """The current state of an incident. Texts are plain; missing information is None or empty."""

    incident: Incident
    since: datetime | None
    impact: Highlight | None
    update: Highlight | None
    told: tuple[Highlight, ...]
    items: tuple[ActionItem, ...]
    more_items: int


def build(session: Session, incident: Incident) -> CatchUp:
    """Return the current state of an incident. In a long one, only recent messages are analyzed."""
    record = load_record(
        session, incident, timeline_parts.recent(session, incident.id, MAX_QUICK_EVENTS)
    )
    marked_events = timeline_parts.list_marked(
        session, incident.id, _HIGHLIGHT_MARKS, _MAX_HIGHLIGHTS
    )
    highlights = [_to_highlight(session, event) for event in marked_events]
    known_ids = {event.message_id for event in [*marked_events, *_marked(record)]}
    highlights += (
        list(_detect_highlights(session, record, known_ids))[len(highlights) - _MAX_HIGHLIGHTS :]
        if len(highlights) < _MAX_HIGHLIGHTS
        else []
    )
    items = action_items.of_incident(session, incident.id, _MAX_ITEMS, _UNFINISHED)
    unfinished = action_items.count_of_incident(session, incident.id, _UNFINISHED)
    impact = timeline.last_impact(session, incident.id)
    update = timeline.last_update(session, incident.id)
    changed = timeline_parts.last_change(session, incident.id, _STATUS_KINDS, incident.status)
    return CatchUp(
        incident=incident,
        since=changed.happened_at if changed else None,
        impact=_to_highlight(session, impact) if impact else None,
        update=_to_highlight(session, update) if update else None,
        told=tuple(highlights),
        items=tuple(items),
        more_items=unfinished - len(items),
    )


def _marked(record: Record) -> list[TimelineEvent]:
    return [event for event in record.events if event.marks & _HIGHLIGHT_MARKS]


def _to_highlight(session: Session, event: TimelineEvent) -> Highlight:
    names = people.names(session, [event.author, *find_references(event.text)])
    outside = people.outsiders(session, [event.author])
    return Highlight(
        at=event.happened_at,
        author=add_outsider_label(
            names.get(event.author, event.author), outside.get(event.author, "")
        ),
        text=to_plain_text(event.text, names),
        link=permalink(session, event.channel_id, event.message_id),
        marks=tuple(sorted(event.marks & _HIGHLIGHT_MARKS)),
    )


def _detect_highlights(
    session: Session, record: Record, known_ids: set[str]
) -> Iterator[Highlight]:
    """Return the findings and decisions that the draft detects in messages, except known ones."""
    channel = record.incident.channel_id or ""
    for row in draft(record, Detail.BRIEF).timeline:
        if row.kind in _HIGHLIGHT_ROWS and known_ids.isdisjoint(row.evidence):
            link = permalink(session, channel, row.evidence[0])
            yield Highlight(at=row.at, author=row.author, text=row.text, link=link)
