"""Reminders of postmortems: one row per step and person.

A row is claimed by the first process to update it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from bot.domain.deadline import Deadline, Milestone
from storage import due_rows
from storage.due_rows import SENT, WAITING
from storage.engine.statements import insert_if_absent
from storage.tables import DeadlineRow


def plan(
    session: Session, incident_id: int, step: Milestone, person: str, due_at: datetime
) -> None:
    """Schedule a person's reminder of a step, or reschedule it unless it was sent already."""
    values = {"incident_id": incident_id, "step": step, "person": person}
    if not insert_if_absent(session, DeadlineRow, **values, due_at=due_at, state=WAITING):
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


def claim_due(session: Session, at: datetime) -> list[Deadline]:
    return [_deadline(row) for row in due_rows.claim(session, DeadlineRow, at)]


def by_ids(session: Session, ids: Iterable[int]) -> list[Deadline]:
    return [_deadline(row) for row in due_rows.by_ids(session, DeadlineRow, ids)]


def postpone(session: Session, deadline: Deadline, due_at: datetime) -> None:
    """Put back a claimed reminder that can't be sent yet."""
    due_rows.postpone(session, DeadlineRow, deadline.id, due_at)


def discard(session: Session, deadline: Deadline) -> None:
    """Discard a claimed reminder: it isn't needed, or not for this person."""
    due_rows.discard(session, DeadlineRow, deadline.id)


def list_reminded(session: Session, incident_id: int, step: Milestone) -> set[str]:
    """Return the people who were reminded of a step."""
    query = select(DeadlineRow.person).where(
        DeadlineRow.incident_id == incident_id,
        DeadlineRow.step == step,
        DeadlineRow.state == SENT,
    )
    return set(session.exec(query))


def last_sent(session: Session, person: str, besides: Collection[int]) -> datetime | None:
    """Return when a person was last reminded of a postmortem, ignoring reminders with these ids."""
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
