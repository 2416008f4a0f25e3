"""Activity in open incidents: when something last happened, and when to ask about it next."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, func, select

from bot.domain.incident import Incident
from bot.domain.timeline import EventKind
from storage import incidents
from storage.incident_conditions import IS_OPEN
from storage.tables import IncidentRow, RevisionRow, TimelineEventRow

EXACT = timedelta(minutes=10)  # so that not every reaction writes to the incident's row


def note(session: Session, channel_id: str, at: datetime) -> None:
    """Note that a person did something in an incident's channel, to within ten minutes."""
    row = IncidentRow
    is_old = or_(col(row.active_at).is_(None), col(row.active_at) < at - EXACT)
    session.execute(
        update(row)
        .where(col(row.channel_id) == channel_id, IS_OPEN, is_old)
        .values(active_at=at)
        .execution_options(synchronize_session=False)
    )


def last(session: Session, incident_id: int) -> datetime:
    """Return when a person last did something: wrote, edited, reacted, typed a command, joined.

    Other applications' messages don't count, and neither do our own, which aren't recorded.
    """
    row, event = session.get_one(IncidentRow, incident_id), TimelineEventRow
    by_people = (event.incident_id == incident_id, event.kind != EventKind.ALERT)
    posted_at = session.exec(select(func.max(event.happened_at)).where(*by_people)).one()
    edits = select(func.max(RevisionRow.replaced_at)).join(
        event, col(RevisionRow.event_id) == col(event.id)
    )
    edited_at = session.exec(edits.where(*by_people)).one()
    times = (row.declared_at, row.active_at, posted_at, edited_at)
    return max(time for time in times if time is not None)


def unchecked(session: Session, at: datetime, declared_before: datetime) -> list[Incident]:
    """Return open incidents that are due for a check-in, first some time after the declaration."""
    row = IncidentRow
    is_first = and_(col(row.check_in_at).is_(None), col(row.declared_at) <= declared_before)
    rows = session.exec(
        select(row).where(IS_OPEN, or_(col(row.check_in_at) <= at, is_first)).order_by(col(row.id))
    )
    return incidents.of_rows(session, rows)


def check_again(session: Session, incident_id: int, at: datetime) -> None:
    """Schedule an incident's next check-in."""
    session.get_one(IncidentRow, incident_id).check_in_at = at


def overdue(session: Session, at: datetime) -> list[Incident]:
    """Return open incidents whose channel wasn't asked yet for an update that's due."""
    row = IncidentRow
    rows = session.exec(
        select(row)
        .where(col(row.update_due_at) <= at, col(row.overdue_asked_at).is_(None))
        .where(IS_OPEN, col(row.channel_id).is_not(None))
        .order_by(col(row.id))
    )
    return incidents.of_rows(session, rows)
