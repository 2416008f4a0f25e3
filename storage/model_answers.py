"""The stored answers of the optional model: the last one of each incident."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.engine.statements import upsert
from storage.tables import ModelAnswerRow


def find(session: Session, incident_id: int, fingerprint: str) -> str | None:
    """Return the answer to a request, or None if the last one was to another request."""
    row = session.get(ModelAnswerRow, incident_id)
    return row.answer if row and row.fingerprint == fingerprint else None


def save(session: Session, incident_id: int, fingerprint: str, answer: str, at: datetime) -> None:
    """Store an answer in place of the incident's last one."""
    upsert(
        session,
        ModelAnswerRow,
        keys=("incident_id",),
        incident_id=incident_id,
        fingerprint=fingerprint,
        answer=answer,
        answered_at=at,
    )


def clear(session: Session, incident_id: int) -> None:
    """Delete an incident's answer, which quotes its messages."""
    session.execute(delete(ModelAnswerRow).where(col(ModelAnswerRow.incident_id) == incident_id))
