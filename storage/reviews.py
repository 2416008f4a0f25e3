"""The steps of a postmortem's review, each with who took it, when and why. None is ever changed."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.review import Review, Step, Taken
from storage.tables import ReviewRow


def add(session: Session, incident_id: int, taken: Taken) -> None:
    row = ReviewRow(
        incident_id=incident_id,
        step=taken.step,
        person=taken.by,
        because=taken.because,
        version=taken.version,
        made_at=taken.at,
    )
    session.add(row)
    session.flush()


def made_final(session: Session, since: datetime, until: datetime) -> list[int]:
    """The incidents whose postmortem was made final between two moments, by id."""
    asked = select(ReviewRow.incident_id).where(
        ReviewRow.step == Step.FINAL, ReviewRow.made_at >= since, ReviewRow.made_at < until
    )
    return sorted(set(session.exec(asked)))


def of_incident(session: Session, incident_id: int) -> Review:
    rows = session.exec(
        select(ReviewRow).where(ReviewRow.incident_id == incident_id).order_by(col(ReviewRow.id))
    )
    return Review(
        tuple(
            Taken(
                step=Step(row.step),
                by=row.person,
                at=row.made_at,
                version=row.version,
                because=row.because,
            )
            for row in rows
        )
    )
