"""Participants of an incident: people who declared it, have a role, or posted in its channel."""

from sqlmodel import Session, col, select

from bot.domain.incident import Incident
from storage.tables import TimelineEventRow


def of_incident(session: Session, incident: Incident) -> set[str]:
    """Return their user ids."""
    authors = select(TimelineEventRow.author).where(
        col(TimelineEventRow.incident_id) == incident.id,
        col(TimelineEventRow.channel_id) == incident.channel_id,
    )
    roles = {role.person for role in incident.roles}
    return {incident.declared_by, *roles, *session.exec(authors.distinct())}
