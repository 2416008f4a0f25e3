"""Reminders: the schedule is rows, and a row is taken by whoever changes it first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from storage.tables import ReminderRow

WAITING, SENT, VOID = "waiting", "sent", "void"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    id: int
    item_id: int
    owner: str
    due_at: datetime


def plan(session: Session, item_id: int, owner: str, due_at: datetime | None) -> None:
    """Let an item have this reminder and no other; None when it needs none."""
    session.execute(
        update(ReminderRow)
        .where(col(ReminderRow.item_id) == item_id, col(ReminderRow.state) == WAITING)
        .values(state=VOID)
    )
    if due_at is not None:
        session.add(ReminderRow(item_id=item_id, owner=owner, due_at=due_at, state=WAITING))
        session.flush()


def take_due(session: Session, at: datetime) -> list[Reminder]:
    """Take what is due, in one statement: no other process gets the same rows."""
    due = (
        select(ReminderRow.id)
        .where(ReminderRow.state == WAITING, ReminderRow.due_at <= at)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(ReminderRow)
        .where(col(ReminderRow.id).in_(due))
        .values(state=SENT, sent_at=at)
        .returning(ReminderRow)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(taken).scalars().all()
    found = [
        Reminder(id=row.id or 0, item_id=row.item_id, owner=row.owner, due_at=row.due_at)
        for row in rows
    ]
    return sorted(found, key=lambda reminder: (reminder.due_at, reminder.id))


def postpone(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Put back a reminder that was taken at a bad hour."""
    row = session.get_one(ReminderRow, reminder.id)
    row.state, row.sent_at, row.due_at = WAITING, None, due_at


def last_sent(session: Session, owner: str, besides: Collection[int]) -> datetime | None:
    """When the owner was last reminded of anything, besides the reminders with these ids."""
    return session.exec(
        select(func.max(ReminderRow.sent_at)).where(
            ReminderRow.owner == owner,
            ReminderRow.state == SENT,
            col(ReminderRow.id).not_in(besides),
        )
    ).one()


def waiting(session: Session, item_id: int) -> datetime | None:
    """When the item's next reminder is due."""
    return session.exec(
        select(ReminderRow.due_at).where(
            ReminderRow.item_id == item_id, ReminderRow.state == WAITING
        )
    ).first()
