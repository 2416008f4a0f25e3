"""Timeline events, what they said before, and how people marked them."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from bot.domain.timeline import Kind, Mark, Source, TimelineEvent
from storage.engine import add_unless_there, changed
from storage.tables import MarkRow, RevisionRow, TimelineEventRow


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
    )


def find(session: Session, channel_id: str, message_id: str) -> TimelineEvent | None:
    row = _row(session, channel_id, message_id)
    return _event(row, frozenset()) if row else None


def revise(session: Session, event: TimelineEvent, text: str, at: datetime) -> None:
    """Give an event a new text and keep the old one beside it."""
    session.add(RevisionRow(event_id=event.id, text=event.text, replaced_at=at))
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.id) == event.id)
        .values(text=text, edited=True)
    )


def erase(session: Session, event: TimelineEvent) -> None:
    """Take an event's text away, earlier versions too, and leave a marked line."""
    session.execute(delete(RevisionRow).where(col(RevisionRow.event_id) == event.id))
    session.execute(
        update(TimelineEventRow)
        .where(col(TimelineEventRow.id) == event.id)
        .values(text="", deleted=True)
    )


def mark(  # noqa: PLR0913 - the columns of a mark
    session: Session, channel_id: str, message_id: str, *, person: str, mark: Mark, at: datetime
) -> bool:
    """Keep who marked which message as what; False when they had already."""
    return add_unless_there(
        session,
        MarkRow,
        channel_id=channel_id,
        message_id=message_id,
        person=person,
        mark=mark,
        marked_at=at,
    )


def unmark(session: Session, channel_id: str, message_id: str, person: str, mark: Mark) -> bool:
    gone = delete(MarkRow).where(
        col(MarkRow.channel_id) == channel_id,
        col(MarkRow.message_id) == message_id,
        col(MarkRow.person) == person,
        col(MarkRow.mark) == mark,
    )
    return changed(session, gone) > 0


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
    row = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id, TimelineEventRow.kind == Kind.IMPACT)
        .order_by(col(TimelineEventRow.happened_at).desc(), col(TimelineEventRow.id).desc())
    ).first()
    return _event(row, frozenset()) if row else None


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


def count(session: Session, incident_id: int) -> int:
    return session.exec(
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
    ).one()


def _marks(session: Session, channels: set[str]) -> dict[tuple[str, str], list[Mark]]:
    found: dict[tuple[str, str], list[Mark]] = {}
    rows = session.exec(select(MarkRow).where(col(MarkRow.channel_id).in_(channels)))
    for row in rows:
        found.setdefault((row.channel_id, row.message_id), []).append(Mark(row.mark))
    return found


def _row(session: Session, channel_id: str, message_id: str) -> TimelineEventRow | None:
    return session.exec(
        select(TimelineEventRow).where(
            TimelineEventRow.channel_id == channel_id, TimelineEventRow.message_id == message_id
        )
    ).first()


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
        marks=marks,
    )
