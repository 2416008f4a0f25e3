"""Timeline events and their earlier versions."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sql
from sqlalchemy import ColumnElement, Row, delete, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.app_updates import is_update
from bot.domain.timeline import SPOKEN_KINDS, Deletion, EventKind, Mark, Source, TimelineEvent
from storage import corrections, library, marks
from storage.engine.statements import insert_if_absent
from storage.tables import IncidentRow, RevisionRow, TimelineEventRow


def add(session: Session, incident_id: int, event: TimelineEvent) -> bool:
    """Record an event; return False if that message is recorded already."""
    if event.source is Source.COMMAND:
        library.mark_outdated(session, incident_id)
    return insert_if_absent(
        session,
        TimelineEventRow,
        incident_id=incident_id,
        channel_id=event.channel_id,
        message_id=event.message_id,
        thread_id=event.thread_id,
        author=event.author,
        text=event.text,
        happened_at=event.happened_at,
        kind=event.kind,
        source=event.source,
        detail=event.detail,
        edited=event.edited,
        deleted=event.deleted,
        deletion=event.deletion,
        version=event.version,
        client_id=event.client_id,
    )


def find(
    session: Session, channel_id: str, message_id: str, client_id: str | None = None
) -> TimelineEvent | None:
    """Return a message by its id or the client's id for it, or None.

    Its row is locked until the transaction ends.
    """
    row = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == channel_id)
        .where(_same(message_id, client_id))
        .order_by(col(TimelineEventRow.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return event_of(row) if row else None


def by_ids(
    session: Session, channel_id: str, message_ids: Collection[str]
) -> dict[str, TimelineEvent]:
    """Return the messages among these that are recorded, by id."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == channel_id)
        .where(col(TimelineEventRow.message_id).in_(message_ids))
    )
    return {row.message_id: event_of(row) for row in rows}


def revise(session: Session, event: TimelineEvent, new: TimelineEvent, at: datetime) -> None:
    """Update an event to the text and version of `new`, and store its old text."""
    is_changed = event.text != new.text
    if is_changed:
        library.mark_outdated_by_event(session, event.id)
        add_earlier_version(session, event.id, event, at)
    edited = event.edited or new.edited or is_changed
    set_columns(session, event.id, text=new.text, version=new.version, edited=edited)


def mark_as_command(session: Session, channel_id: str, message_id: str) -> None:
    """Change a recorded message's kind to command, so that it doesn't count as conversation."""
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.channel_id) == channel_id)
        .where(col(TimelineEventRow.message_id) == message_id)
        .values(kind=EventKind.COMMAND)
    )


def add_earlier_version(
    session: Session, event_id: int, earlier: TimelineEvent, at: datetime
) -> bool:
    """Store an earlier version of a message; return False if it's stored already."""
    return insert_if_absent(
        session,
        RevisionRow,
        event_id=event_id,
        version=earlier.version,
        text=earlier.text,
        replaced_at=at,
    )


def erase(session: Session, event: TimelineEvent, deletion: Deletion) -> None:
    """Remove an event's text and earlier versions; an entry marked as deleted stays."""
    library.clear_by_event(session, event.id)
    session.execute(delete(RevisionRow).where(col(RevisionRow.event_id) == event.id))
    corrections.forget_text(session, event.id)
    set_columns(session, event.id, text="", detail="", deleted=True, deletion=deletion)


def restore(session: Session, event: TimelineEvent, new: TimelineEvent) -> None:
    """Undo an event's erasure, with the text and version of `new`."""
    content = {"text": new.text, "version": new.version, "edited": new.edited}
    set_columns(session, event.id, deleted=False, deletion=None, **content)
    library.mark_outdated_by_event(session, event.id)


def by_message_id(session: Session, incident_id: int, message_id: str) -> TimelineEvent:
    """Return an incident's event by its message id. Raises if there's none."""
    row = session.exec(
        select(TimelineEventRow).where(
            TimelineEventRow.incident_id == incident_id, TimelineEventRow.message_id == message_id
        )
    ).one()
    return event_of(row)


def last_impact(session: Session, incident_id: int) -> TimelineEvent | None:
    """Return the last recorded impact, with corrections, or None."""
    return _last_shown(session, incident_id, EventKind.IMPACT)


def last_update(session: Session, incident_id: int) -> TimelineEvent | None:
    """Return the last status update, with corrections, or None."""
    return _last_shown(session, incident_id, EventKind.UPDATE)


def of_incident(session: Session, incident_id: int) -> list[TimelineEvent]:
    """Return all events of an incident with corrections applied, ordered by time.

    They're read as plain rows: objects tracked by the session take several times as long, and block
    others.
    """
    rows = session.execute(
        sql.select(*sql.inspect(TimelineEventRow).columns)
        .where(col(TimelineEventRow.incident_id) == incident_id)
        .order_by(col(TimelineEventRow.happened_at), col(TimelineEventRow.id))
    ).all()
    marks_by_message = marks.of_channels(session, {row.channel_id for row in rows})
    events = [
        event_of(row, frozenset(marks_by_message.get((row.channel_id, row.message_id), ())))
        for row in rows
    ]
    return sorted(
        corrections.apply(session, events), key=lambda event: (event.happened_at, event.id)
    )


def list_removed(session: Session, incident_id: int) -> set[str]:
    """Return the message ids of deleted and hidden events."""
    is_gone = or_(col(TimelineEventRow.deleted), corrections.is_hidden())
    query = select(TimelineEventRow.message_id).where(
        TimelineEventRow.incident_id == incident_id, is_gone
    )
    return set(session.exec(query))


def latest(session: Session, incident_id: int, count: int) -> list[TimelineEvent]:
    """Return the last events, oldest first, without deleted and hidden ones."""
    return find_last(session, incident_id, count, corrections.is_hidden().is_(False))


def between(
    session: Session, incident_id: int, since: datetime, until: datetime, thread_id: str | None
) -> list[TimelineEvent]:
    """Return messages in a time range, without deleted ones.

    In the thread `thread_id`, or outside of threads if it's None.
    """
    messages = _messages(incident_id).where(
        _is_of_its_channel(incident_id),
        TimelineEventRow.happened_at >= since,
        TimelineEventRow.happened_at < until,
        TimelineEventRow.thread_id == thread_id,
    )
    return _originals(session.exec(messages))


def from_elsewhere(session: Session, incident_id: int) -> list[TimelineEvent]:
    """Return messages from other channels that were added as evidence and weren't deleted."""
    messages = _messages(incident_id).where(~_is_of_its_channel(incident_id))
    return _originals(session.exec(messages.order_by(col(TimelineEventRow.id))))


def _messages(incident_id: int) -> SelectOfScalar[TimelineEventRow]:
    """SQL: an incident's messages, without deleted ones."""
    return select(TimelineEventRow).where(
        TimelineEventRow.incident_id == incident_id,
        col(TimelineEventRow.kind).in_(SPOKEN_KINDS),
        col(TimelineEventRow.deleted).is_(False),
    )


def _originals(rows: Iterable[TimelineEventRow]) -> list[TimelineEvent]:
    """Return the messages themselves, without the updates that applications made to theirs."""
    return [event_of(row) for row in rows if not is_update(row.message_id)]


def threads(session: Session, incident_id: int) -> set[str]:
    """Return the channel's threads with recorded replies that weren't deleted."""
    return {
        thread_id
        for thread_id in session.exec(
            select(TimelineEventRow.thread_id)
            .where(TimelineEventRow.incident_id == incident_id, _is_of_its_channel(incident_id))
            .where(col(TimelineEventRow.thread_id).is_not(None))
            .where(col(TimelineEventRow.deleted).is_(False))
            .distinct()
        )
        if thread_id
    }


def mark_delivered(session: Session, event_id: int) -> None:
    """Record that a message that was read from history has been delivered by Slack after all."""
    set_columns(session, event_id, source=Source.HEARD)


def set_columns(session: Session, event_id: int, **values: object) -> None:
    """Set columns of an event's row."""
    session.execute(
        update(TimelineEventRow).where(col(TimelineEventRow.id) == event_id).values(values)
    )


def find_last(
    session: Session,
    incident_id: int,
    count: int,
    *conditions: ColumnElement[bool] | bool,
    skipped: int = 0,
) -> list[TimelineEvent]:
    """Return the last events that match `conditions`, oldest first, skipping the latest `skipped`."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.deleted).is_(False), *conditions)
        .order_by(corrections.corrected_time().desc(), col(TimelineEventRow.id).desc())
        .offset(skipped)
        .limit(count)
    ).all()
    return corrections.apply(session, (event_of(row) for row in reversed(rows)))


def _last_shown(session: Session, incident_id: int, kind: EventKind) -> TimelineEvent | None:
    shown = (TimelineEventRow.kind == kind, corrections.is_hidden().is_(False))
    events = find_last(session, incident_id, 1, *shown)
    return events[0] if events else None


def _is_of_its_channel(incident_id: int) -> ColumnElement[bool]:
    channel = select(IncidentRow.channel_id).where(IncidentRow.id == incident_id)
    return col(TimelineEventRow.channel_id) == channel.scalar_subquery()


def _same(message_id: str, client_id: str | None) -> ColumnElement[bool]:
    by_id = col(TimelineEventRow.message_id) == message_id
    return or_(by_id, col(TimelineEventRow.client_id) == client_id) if client_id else by_id


def event_of(
    row: TimelineEventRow | Row[Any], marks: frozenset[Mark] = frozenset()
) -> TimelineEvent:
    assert row.id is not None  # noqa: S101 - read from the database
    return TimelineEvent(
        id=row.id,
        message_id=row.message_id,
        channel_id=row.channel_id,
        author=row.author,
        text=row.text,
        happened_at=row.happened_at,
        kind=EventKind(row.kind),
        source=Source(row.source),
        thread_id=row.thread_id,
        detail=row.detail,
        edited=row.edited,
        deleted=row.deleted,
        deletion=Deletion(row.deletion) if row.deletion else None,
        version=row.version,
        client_id=row.client_id,
        marks=marks,
    )
