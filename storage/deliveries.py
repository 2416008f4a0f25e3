"""What Slack delivered, so that a repeat does nothing."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.engine.store import add_unless_there, changed
from storage.tables import DeliveryRow


def is_new(session: Session, delivery_id: str, at: datetime) -> bool:
    """Note a delivery; False when it was seen before."""
    return add_unless_there(session, DeliveryRow, id=delivery_id, seen_at=at)


def is_known(session: Session, delivery_id: str) -> bool:
    """Tell whether a delivery was noted, without noting it."""
    return session.get(DeliveryRow, delivery_id) is not None


def forget(session: Session, before: datetime) -> int:
    """Drop what was seen before a time: Slack repeats a delivery for a day at most."""
    return changed(session, delete(DeliveryRow).where(col(DeliveryRow.seen_at) < before))
