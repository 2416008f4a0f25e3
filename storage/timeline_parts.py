"""Fast queries for parts of a timeline, however long it is.

Deleted and hidden events are left out, except by `of_kinds`.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Session, col, select

from bot.domain.timeline import EventKind, Mark, Source, TimelineEvent
from storage import corrections, marks, timeline
from storage.tables import MarkRow, TimelineEventRow


def recent(session: Session, incident_id: int, most: int) -> list[TimelineEvent]:
    """Return the last events, oldest first."""
    return _last(session, incident_id, most)


def list_marked(
    session: Session, incident_id: int, chosen: Collection[Mark], most: int
) -> list[TimelineEvent]:
    """Return the last events with one of these marks, oldest first."""
    is_marked = exists().where(
        and_(
            col(MarkRow.channel_id) == TimelineEventRow.channel_id,
            col(MarkRow.message_id) == TimelineEventRow.message_id,
            col(MarkRow.mark).in_(sorted(chosen)),
            col(MarkRow.removed).is_(False),
        )
    )
    return _last(session, incident_id, most, is_marked)


def list_commands(session: Session, incident_id: int, most: int) -> list[TimelineEvent]:
    """Return the last events recorded by commands, oldest first."""
    return _last(session, incident_id, most, col(TimelineEventRow.source) == Source.COMMAND)


def last_change(
    session: Session, incident_id: int, kinds: Collection[EventKind], detail: str
) -> TimelineEvent | None:
    """Return the last event of these kinds that set this value."""
    conditions = (
        col(TimelineEventRow.kind).in_(sorted(kinds)),
        col(TimelineEventRow.detail) == detail,
    )
    return next(iter(_last(session, incident_id, 1, *conditions)), None)


def _last(
    session: Session, incident_id: int, most: int, *conditions: ColumnElement[bool]
) -> list[TimelineEvent]:
    shown = corrections.is_hidden().is_(False)
    return _with_marks(session, timeline.find_last(session, incident_id, most, shown, *conditions))


def _with_marks(session: Session, events: Sequence[TimelineEvent]) -> list[TimelineEvent]:
    marks_by_event = marks.of_events(session, [event.id for event in events])
    return [replace(event, marks=marks_by_event.get(event.id, frozenset())) for event in events]


def of_kinds(
    session: Session, incident_id: int, kinds: Collection[EventKind]
) -> list[TimelineEvent]:
    """Return events of some kinds with corrections applied, in the order they were recorded."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.kind).in_(kinds))
        .order_by(col(TimelineEventRow.id))
    )
    return corrections.apply(session, (timeline.event_of(row) for row in rows))
