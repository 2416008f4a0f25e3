"""Slack's deliveries, recorded so that a repeated one has no effect."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.engine.statements import insert_if_absent, run_and_count
from storage.tables import DeliveryRow


def record_new(session: Session, delivery_id: str, at: datetime) -> bool:
    """Record a delivery; return False if it was recorded before."""
    return insert_if_absent(session, DeliveryRow, id=delivery_id, seen_at=at)


def is_known(session: Session, delivery_id: str) -> bool:
    """Return whether a delivery was recorded, without recording it."""
    return session.get(DeliveryRow, delivery_id) is not None


def prune(session: Session, before: datetime) -> int:
    """Delete deliveries from before a time; return how many.

    Slack repeats one for a day at most.
    """
    return run_and_count(session, delete(DeliveryRow).where(col(DeliveryRow.seen_at) < before))
