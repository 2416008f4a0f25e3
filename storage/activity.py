"""What happens in running incidents: when something last did, and when to ask about it next."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, func, select

from bot.domain.incident import Incident, Status
from bot.domain.timeline import EventKind
from storage import incidents
from storage.tables import IncidentRow, RevisionRow, TimelineEventRow

EXACT = timedelta(minutes=10)  # so that not every reaction is a change of the incident
_OVER = [status for status in Status if status.is_over]


def note(session: Session, channel_id: str, at: datetime) -> None:
    """Note that a person did something in an incident's channel, to within ten minutes."""
    row = IncidentRow
    is_old = or_(col(row.active_at).is_(None), col(row.active_at) < at - EXACT)
    session.execute(
        update(row)
        .where(col(row.channel_id) == channel_id, col(row.status).not_in(_OVER), is_old)
        .values(active_at=at)
        .execution_options(synchronize_session=False)
    )


def last(session: Session, incident_id: int) -> datetime:
    """Return when a person last did something: wrote, edited, reacted, typed a command, joined.

    Other applications' messages don't count, and neither do our own, which aren't recorded.
    """
    row, event = session.get_one(IncidentRow, incident_id), TimelineEventRow
    theirs = (event.incident_id == incident_id, event.kind != EventKind.ALERT)
    said = session.exec(select(func.max(event.happened_at)).where(*theirs)).one()
    edits = select(func.max(RevisionRow.replaced_at)).join(
        event, col(RevisionRow.event_id) == col(event.id)
    )
    edited = session.exec(edits.where(*theirs)).one()
    times = (row.declared_at, row.active_at, said, edited)
    return max(time for time in times if time is not None)


def unchecked(session: Session, at: datetime, declared_before: datetime) -> list[Incident]:
    """Return running incidents to be looked at again by now; first some time after the declaration."""
    row = IncidentRow
    is_first = and_(col(row.check_in_at).is_(None), col(row.declared_at) <= declared_before)
    rows = session.exec(
        select(row)
        .where(col(row.status).not_in(_OVER), or_(col(row.check_in_at) <= at, is_first))
        .order_by(col(row.id))
    )
    return incidents.of_rows(session, rows)


def check_again(session: Session, incident_id: int, at: datetime) -> None:
    """Let the incident be looked at again at a time."""
    session.get_one(IncidentRow, incident_id).check_in_at = at


def overdue(session: Session, at: datetime) -> list[Incident]:
    """Return running incidents with a channel whose due update wasn't asked for there yet."""
    row = IncidentRow
    rows = session.exec(
        select(row)
        .where(col(row.update_due_at) <= at, col(row.overdue_asked_at).is_(None))
        .where(col(row.status).not_in(_OVER), col(row.channel_id).is_not(None))
        .order_by(col(row.id))
    )
    return incidents.of_rows(session, rows)
