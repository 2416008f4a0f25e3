"""Role assignments of incidents."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from bot.domain.incident import Role
from storage.engine.statements import in_batches
from storage.tables import RoleRow


def of_incidents(session: Session, incident_ids: Sequence[int]) -> dict[int, tuple[Role, ...]]:
    """Return the roles of each incident, in order of assignment."""
    by_incident: dict[int, tuple[Role, ...]] = {}
    for batch in in_batches(incident_ids):
        query = (
            select(RoleRow.incident_id, RoleRow.name, RoleRow.person, RoleRow.since)
            .where(col(RoleRow.incident_id).in_(batch))
            .order_by(col(RoleRow.since))
        )
        for incident_id, name, person, since in session.exec(query):
            role = Role(name=name, person=person, since=since)
            by_incident[incident_id] = (*by_incident.get(incident_id, ()), role)
    return by_incident


def vacate(session: Session, incident_id: int, role: str) -> None:
    """Remove a role's assignment."""
    assignment = col(RoleRow.incident_id) == incident_id, col(RoleRow.name) == role
    session.execute(delete(RoleRow).where(*assignment))
