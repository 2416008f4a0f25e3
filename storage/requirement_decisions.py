"""Decisions on whether there is to be a postmortem, each with who, when and why. None is ever changed."""

from sqlmodel import Session, col, select

from bot.domain.requirement import Decision
from storage.tables import DecisionRow


def add(session: Session, incident_id: int, decision: Decision) -> None:
    row = DecisionRow(
        incident_id=incident_id,
        wanted=decision.wanted,
        person=decision.by,
        because=decision.because,
        deed=decision.deed,
        made_at=decision.at,
    )
    session.add(row)
    session.flush()


def asked(session: Session, incident_id: int) -> Decision | None:
    """Who asked for a postmortem last. It stays asked for when somebody skips it afterwards."""
    return next((each for each in _latest(session, incident_id) if each.wanted), None)


def waived(session: Session, incident_id: int) -> Decision | None:
    """The decision that there be none, unless somebody asked for one after it."""
    last = next(iter(_latest(session, incident_id)), None)
    return None if last is None or last.wanted else last


def _latest(session: Session, incident_id: int) -> list[Decision]:
    """All decisions of an incident, the last one first: there are few."""
    rows = session.exec(
        select(DecisionRow)
        .where(DecisionRow.incident_id == incident_id)
        .order_by(col(DecisionRow.id).desc())
    )
    return [
        Decision(
            wanted=row.wanted, by=row.person, at=row.made_at, because=row.because, deed=row.deed
        )
        for row in rows
    ]
