"""Timeline events, what they said before, and how people marked them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.timeline import SPOKEN, Kind, Mark, Marked, Source, TimelineEvent
from storage.engine import add_unless_there, put_newer
from storage.tables import IncidentRow, MarkRow, RevisionRow, TimelineEventRow


def add(session: Session, incident_id: int, event: TimelineEvent) -> bool:
    """Record an event; False when that message is recorded already."""
    return add_unless_there(
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
        version=event.version,
        client_id=event.client_id,
    )


def find(
    session: Session, channel_id: str, message_id: str, client_id: str | None = None
) -> TimelineEvent | None:
    """Find a message by its id, or by the one that its author's program gave it.

    It stays as it is until the transaction ends: who found it first changes it first.
    """
    row = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == channel_id)
        .where(_same(message_id, client_id))
        .order_by(col(TimelineEventRow.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return _event(row, frozenset()) if row else None


def by_ids(
    session: Session, channel_id: str, message_ids: Collection[str]
) -> dict[str, TimelineEvent]:
    """Those of these messages that are recorded, by their ids."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == channel_id)
        .where(col(TimelineEventRow.message_id).in_(message_ids))
    )
    return {row.message_id: _event(row, frozenset()) for row in rows}


def revise(session: Session, event: TimelineEvent, told: TimelineEvent, at: datetime) -> None:
    """Give an event the text and version of `told`, and keep the old text beside it."""
    differs = event.text != told.text
    if differs:
        keep_earlier(session, event.id, event, at)
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.id) == event.id)
        .values(
            text=told.text,
            version=told.version,
            edited=event.edited or told.edited or differs,
        )
    )


def keep_earlier(session: Session, event_id: int, told: TimelineEvent, at: datetime) -> bool:
    """Keep what a message said before; False when that version is known."""
    return add_unless_there(
        session,
        RevisionRow,
        event_id=event_id,
        version=told.version,
        text=told.text,
        replaced_at=at,
    )


def erase(session: Session, event: TimelineEvent) -> None:
    """Take an event's text away, earlier versions too, and leave a marked line."""
    session.execute(delete(RevisionRow).where(col(RevisionRow.event_id) == event.id))
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.id) == event.id)
        .values(text="", deleted=True)
    )


def mark(session: Session, channel_id: str, marked: Marked) -> bool:
    """Keep whether somebody marks a message; False when something newer is known, or the same."""
    values = {"version": marked.version, "removed": marked.removed, "marked_at": marked.at}
    return put_newer(
        session,
        MarkRow,
        keys={
            "channel_id": channel_id,
            "message_id": marked.message_id,
            "person": marked.person,
            "mark": marked.mark,
        },
        **values,
    )


def marked(
    session: Session, channel_id: str, message_ids: Collection[str]
) -> set[tuple[str, str, Mark]]:
    """Who marks which of these messages as what: message id, person, mark."""
    rows = session.exec(
        select(MarkRow.message_id, MarkRow.person, MarkRow.mark)
        .where(MarkRow.channel_id == channel_id, col(MarkRow.message_id).in_(message_ids))
        .where(col(MarkRow.removed).is_(False))
    )
    return {(message_id, person, Mark(mark)) for message_id, person, mark in rows}


def deed(session: Session, incident_id: int, message_id: str) -> TimelineEvent:
    """One event by its id, of an incident that has it."""
    row = session.exec(
        select(TimelineEventRow).where(
            TimelineEventRow.incident_id == incident_id, TimelineEventRow.message_id == message_id
        )
    ).one()
    return _event(row, frozenset())


def last_impact(session: Session, incident_id: int) -> TimelineEvent | None:
    """What was recorded last as impact."""
    return _last(session, incident_id, Kind.IMPACT)


def last_update(session: Session, incident_id: int) -> TimelineEvent | None:
    """The last update that was given."""
    return _last(session, incident_id, Kind.UPDATE)


def of_incident(session: Session, incident_id: int) -> list[TimelineEvent]:
    """All events of an incident in the order in which they happened."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .order_by(col(TimelineEventRow.happened_at), col(TimelineEventRow.id))
    ).all()
    marks = _marks(session, {row.channel_id for row in rows})
    return [_event(row, frozenset(marks.get((row.channel_id, row.message_id), ()))) for row in rows]


def latest(session: Session, incident_id: int, count: int) -> list[TimelineEvent]:
    """The last events, oldest of them first, without what was deleted."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.deleted).is_(False))
        .order_by(col(TimelineEventRow.happened_at).desc(), col(TimelineEventRow.id).desc())
        .limit(count)
    ).all()
    return [_event(row, frozenset()) for row in reversed(rows)]


def between(
    session: Session, incident_id: int, since: datetime, until: datetime, thread_id: str | None
) -> list[TimelineEvent]:
    """What was said in the channel in a stretch of time and not deleted, in one thread or outside."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id, _is_of_its_channel(incident_id))
        .where(TimelineEventRow.happened_at >= since, TimelineEventRow.happened_at < until)
        .where(TimelineEventRow.thread_id == thread_id)
        .where(col(TimelineEventRow.kind).in_(SPOKEN))
        .where(col(TimelineEventRow.deleted).is_(False))
    )
    return [_event(row, frozenset()) for row in rows]


def from_elsewhere(session: Session, incident_id: int) -> list[TimelineEvent]:
    """What was said in another channel and brought here as evidence, and not deleted."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id, ~_is_of_its_channel(incident_id))
        .where(col(TimelineEventRow.kind).in_(SPOKEN), col(TimelineEventRow.deleted).is_(False))
        .order_by(col(TimelineEventRow.id))
    )
    return [_event(row, frozenset()) for row in rows]


def threads(session: Session, incident_id: int) -> set[str]:
    """The channel's threads in which replies are recorded that are not deleted."""
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


def heard(session: Session, event_id: int) -> None:
    """Note that a message which was read from the history has been delivered after all."""
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.id) == event_id)
        .values(source=Source.HEARD)
    )


def fetched(session: Session, incident_id: int) -> int:
    """How many messages were missed while they were said, and read from the history afterwards."""
    missed = _spoken(incident_id).where(TimelineEventRow.source == Source.FETCHED)
    return session.exec(missed).one()


def messages(session: Session, incident_id: int) -> int:
    """How many messages of people and applications are recorded, the lines of deleted ones too."""
    return session.exec(_spoken(incident_id)).one()


def count(session: Session, incident_id: int) -> int:
    return session.exec(
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
    ).one()


def _is_of_its_channel(incident_id: int) -> ColumnElement[bool]:
    channel = select(IncidentRow.channel_id).where(IncidentRow.id == incident_id)
    return col(TimelineEventRow.channel_id) == channel.scalar_subquery()


def _last(session: Session, incident_id: int, kind: Kind) -> TimelineEvent | None:
    row = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id, TimelineEventRow.kind == kind)
        .order_by(col(TimelineEventRow.happened_at).desc(), col(TimelineEventRow.id).desc())
    ).first()
    return _event(row, frozenset()) if row else None


def _spoken(incident_id: int) -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.kind).in_(SPOKEN))
    )


def _marks(session: Session, channels: set[str]) -> dict[tuple[str, str], list[Mark]]:
    found: dict[tuple[str, str], list[Mark]] = {}
    rows = session.exec(
        select(MarkRow)
        .where(col(MarkRow.channel_id).in_(channels))
        .where(col(MarkRow.removed).is_(False))
    )
    for row in rows:
        found.setdefault((row.channel_id, row.message_id), []).append(Mark(row.mark))
    return found


def _same(message_id: str, client_id: str | None) -> ColumnElement[bool]:
    by_id = col(TimelineEventRow.message_id) == message_id
    return or_(by_id, col(TimelineEventRow.client_id) == client_id) if client_id else by_id


def _event(row: TimelineEventRow, marks: frozenset[Mark]) -> TimelineEvent:
    assert row.id is not None  # noqa: S101 - read from the database
    return TimelineEvent(
        id=row.id,
        message_id=row.message_id,
        channel_id=row.channel_id,
        author=row.author,
        text=row.text,
        happened_at=row.happened_at,
        kind=Kind(row.kind),
        source=Source(row.source),
        thread_id=row.thread_id,
        detail=row.detail,
        edited=row.edited,
        deleted=row.deleted,
        version=row.version,
        client_id=row.client_id,
        marks=marks,
    )
