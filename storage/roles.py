"""Role assignments of incidents."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from bot.domain.incident import Role
from storage.tables import RoleRow

BATCH = 500  # ids per statement; SQLite allows 32,766


def of_incidents(session: Session, incident_ids: Sequence[int]) -> dict[int, tuple[Role, ...]]:
    """Return the roles of each incident, in order of assignment."""
    found: dict[int, tuple[Role, ...]] = {}
    for start in range(0, len(incident_ids), BATCH):
        asked = (
            select(RoleRow.incident_id, RoleRow.name, RoleRow.person, RoleRow.since)
            .where(col(RoleRow.incident_id).in_(incident_ids[start : start + BATCH]))
            .order_by(col(RoleRow.since))
        )
        for incident_id, name, person, since in session.exec(asked):
            role = Role(name=name, person=person, since=since)
            found[incident_id] = (*found.get(incident_id, ()), role)
    return found


def vacate(session: Session, incident_id: int, role: str) -> None:
    """Remove a role's assignment."""
    held = col(RoleRow.incident_id) == incident_id, col(RoleRow.name) == role
    session.execute(delete(RoleRow).where(*held))
