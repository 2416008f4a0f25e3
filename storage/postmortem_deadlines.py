"""Nudges about postmortems: one row for each step and person, taken by whoever changes it first."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from bot.domain.deadline import Deadline, Milestone
from storage import due_rows
from storage.due_rows import SENT, WAITING
from storage.engine.store import add_unless_there
from storage.tables import DeadlineRow


def plan(
    session: Session, incident_id: int, step: Milestone, person: str, due_at: datetime
) -> None:
    """Let a person hear of a step at a time; one who has heard of it does not again."""
    values = {"incident_id": incident_id, "step": step, "person": person}
    if not add_unless_there(session, DeadlineRow, **values, due_at=due_at, state=WAITING):
        session.execute(
            update(DeadlineRow)
            .where(
                col(DeadlineRow.incident_id) == incident_id,
                col(DeadlineRow.step) == step,
                col(DeadlineRow.person) == person,
                col(DeadlineRow.state) != SENT,
            )
            .values(due_at=due_at, state=WAITING)
        )


def take_due(session: Session, at: datetime) -> list[Deadline]:
    return [_deadline(row) for row in due_rows.take(session, DeadlineRow, at)]


def by_ids(session: Session, ids: Iterable[int]) -> list[Deadline]:
    rows = session.exec(
        select(DeadlineRow).where(col(DeadlineRow.id).in_(list(ids))).order_by(col(DeadlineRow.id))
    )
    return [_deadline(row) for row in rows]


def postpone(session: Session, deadline: Deadline, due_at: datetime) -> None:
    """Put back a nudge that could not be said yet."""
    due_rows.postpone(session, DeadlineRow, deadline.id, due_at)


def drop(session: Session, deadline: Deadline) -> None:
    """Give up a nudge that was taken: it is not needed, or not for this person."""
    due_rows.drop(session, DeadlineRow, deadline.id)


def told(session: Session, incident_id: int, step: Milestone) -> set[str]:
    """Who has heard of a step."""
    asked = select(DeadlineRow.person).where(
        DeadlineRow.incident_id == incident_id,
        DeadlineRow.step == step,
        DeadlineRow.state == SENT,
    )
    return set(session.exec(asked))


def last_sent(session: Session, person: str, besides: Collection[int]) -> datetime | None:
    """When a person last heard of any postmortem, besides the nudges with these ids."""
    return session.exec(
        select(func.max(DeadlineRow.sent_at)).where(
            DeadlineRow.person == person,
            DeadlineRow.state == SENT,
            col(DeadlineRow.id).not_in(besides),
        )
    ).one()


def _deadline(row: DeadlineRow) -> Deadline:
    assert row.id is not None  # noqa: S101 - read from the database
    return Deadline(
        id=row.id,
        incident_id=row.incident_id,
        step=Milestone(row.step),
        person=row.person,
        due_at=row.due_at,
    )
