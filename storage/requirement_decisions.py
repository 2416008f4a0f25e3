"""Decisions on whether a postmortem is required: who, when and why. Rows are never changed."""

from sqlmodel import Session, col, select

from bot.domain.requirement import Decision
from storage.tables import DecisionRow


def add(session: Session, incident_id: int, decision: Decision) -> None:
    row = DecisionRow(
        incident_id=incident_id,
        wanted=decision.wanted,
        person=decision.by,
        because=decision.because,
        deed=decision.event_id,
        made_at=decision.at,
    )
    session.add(row)
    session.flush()


def find_request(session: Session, incident_id: int) -> Decision | None:
    """Return the last decision that requires a postmortem, even if it was skipped afterwards."""
    return next((decision for decision in _latest(session, incident_id) if decision.wanted), None)


def find_waiver(session: Session, incident_id: int) -> Decision | None:
    """Return the decision that no postmortem is required, unless one was requested later."""
    last = next(iter(_latest(session, incident_id)), None)
    return None if last is None or last.wanted else last


def _latest(session: Session, incident_id: int) -> list[Decision]:
    """Return all decisions of an incident, latest first; there are few."""
    rows = session.exec(
        select(DecisionRow)
        .where(DecisionRow.incident_id == incident_id)
        .order_by(col(DecisionRow.id).desc())
    )
    return [
        Decision(
            wanted=row.wanted, by=row.person, at=row.made_at, because=row.because, event_id=row.deed
        )
        for row in rows
    ]
