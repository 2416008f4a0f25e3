"""Steps of a postmortem's review: who, when and why. Rows are never changed."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.review import Review, ReviewStep, StepTaken
from storage.tables import ReviewRow


def add(session: Session, incident_id: int, step: StepTaken) -> None:
    row = ReviewRow(
        incident_id=incident_id,
        step=step.step,
        person=step.by,
        because=step.because,
        version=step.version,
        made_at=step.at,
    )
    session.add(row)
    session.flush()


def made_final(session: Session, since: datetime, until: datetime) -> list[int]:
    """Return ids of incidents whose postmortem was finalized from `since` until before `until`."""
    query = select(ReviewRow.incident_id).where(
        ReviewRow.step == ReviewStep.FINAL, ReviewRow.made_at >= since, ReviewRow.made_at < until
    )
    return sorted(set(session.exec(query)))


def of_incident(session: Session, incident_id: int) -> Review:
    rows = session.exec(
        select(ReviewRow).where(ReviewRow.incident_id == incident_id).order_by(col(ReviewRow.id))
    )
    return Review(
        tuple(
            StepTaken(
                step=ReviewStep(row.step),
                by=row.person,
                at=row.made_at,
                version=row.version,
                because=row.because,
            )
            for row in rows
        )
    )
