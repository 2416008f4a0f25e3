"""List open incidents: the newest ones, and the total number."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from bot.domain.incident import Incident
from storage import incidents
from storage.incident_conditions import (
    HAS_WORDS,
    IS_IN_CHANNEL,
    IS_OPEN,
    NEWEST_FIRST,
    is_responder_condition,
    is_visible_to,
)
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
    took_part = or_(HAS_WORDS, IS_IN_CHANNEL)
    return _listing(
        session,
        most,
        and_(
            is_visible_to(person, channels),
            is_responder_condition(person, took_part),
        ),
    )


def _listing(session: Session, most: int, condition: ColumnElement[bool]) -> Listing:
    conditions = (IS_OPEN, condition)
    total = session.exec(select(func.count()).select_from(IncidentRow).where(*conditions)).one()
    rows = session.exec(select(IncidentRow).where(*conditions).order_by(*NEWEST_FIRST).limit(most))
    newest = incidents.of_rows(session, rows)
    return Listing(newest, total - len(newest))
