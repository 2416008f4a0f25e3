"""List open incidents: the newest ones, and the total number."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from bot.domain.incident import Incident, Status
from storage import incidents
from storage.tables import IncidentRow


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest incidents of a list, and how many were left out."""

    incidents: list[Incident]
    more: int


def public(session: Session, most: int) -> Listing:
    """Return the open incidents that everybody may see."""
    return _listing(session, most, col(IncidentRow.private).is_(False))


def with_person(session: Session, person: str, channels: Collection[str], most: int) -> Listing:
    """Return the open incidents that a person responds to or has joined.

    Includes private ones only in that case, so no name is revealed.
    """
    there = or_(incidents.HAS_WORDS, incidents.IS_IN_CHANNEL)
    return _listing(
        session,
        most,
        and_(
            incidents.visibility_condition(person, channels),
            incidents.responder_condition(person, there),
        ),
    )


def _listing(session: Session, most: int, which: ColumnElement[bool]) -> Listing:
    over = [status for status in Status if status.is_over]
    those = (col(IncidentRow.status).not_in(over), which)
    total = session.exec(select(func.count()).select_from(IncidentRow).where(*those)).one()
    rows = session.exec(
        select(IncidentRow)
        .where(*those)
        .order_by(col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
        .limit(most)
    )
    found = incidents.of_rows(session, rows)
    return Listing(found, total - len(found))
