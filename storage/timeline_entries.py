"""The timeline as people page through it and change it: corrected, and what is hidden too."""

from sqlmodel import Session, col, func, select

from bot.domain.timeline import TimelineEvent
from storage import corrections, timeline
from storage.tables import TimelineEventRow


def by_id(session: Session, event_id: int) -> tuple[int, TimelineEvent] | None:
    """One entry, and the incident that it is of; it stays so until the transaction ends."""
    row = session.get(TimelineEventRow, event_id, with_for_update=True)
    if row is None:
        return None
    (event,) = corrections.applied(session, [timeline.event_of(row, frozenset())])
    return row.incident_id, event


def incident_of(session: Session, event_id: int) -> int | None:
    """The incident that an entry is of."""
    asked = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    return session.exec(asked).first()


def page(session: Session, incident_id: int, count: int, skipped: int) -> list[TimelineEvent]:
    """So many entries before the last `skipped`, oldest first; what was deleted is left out."""
    return timeline.last(session, incident_id, count, skipped=skipped)


def total(session: Session, incident_id: int) -> int:
    """How many entries there are to page through."""
    return session.exec(
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.deleted).is_(False))
    ).one()
