"""The timeline for paging and correcting: corrections applied, hidden entries included."""

from sqlmodel import Session, select

from bot.domain.timeline import TimelineEvent
from storage import corrections, timeline
from storage.tables import TimelineEventRow


def by_id(session: Session, event_id: int) -> tuple[int, TimelineEvent] | None:
    """Return an entry with its incident's id, or None.

    Its row is locked until the transaction ends.
    """
    row = session.get(TimelineEventRow, event_id, with_for_update=True)
    if row is None:
        return None
    (event,) = corrections.apply(session, [timeline.event_of(row)])
    return row.incident_id, event


def incident_of(session: Session, event_id: int) -> int | None:
    """Return the id of an entry's incident, or None."""
    query = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    return session.exec(query).first()


def page(session: Session, incident_id: int, count: int, skipped: int) -> list[TimelineEvent]:
    """Return `count` entries before the last `skipped`, oldest first, without deleted ones."""
    return timeline.find_last(session, incident_id, count, skipped=skipped)
