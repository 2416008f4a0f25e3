"""Rows that are due once: they wait, and whoever changes a row first has it."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.tables import DeadlineRow, ReminderRow

WAITING, SENT, VOID = "waiting", "sent", "void"
Row = TypeVar("Row", DeadlineRow, ReminderRow)


def take(session: Session, table: type[Row], at: datetime) -> list[Row]:
    """Take what is due, in one statement, so that no other process gets the same rows; first due first."""
    due = (
        select(table.id)
        .where(table.state == WAITING, table.due_at <= at)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(table)
        .where(col(table.id).in_(due))
        .values(state=SENT, sent_at=at)
        .returning(table)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(session.execute(taken).scalars(), key=lambda row: (row.due_at, row.id))


def postpone(session: Session, table: type[Row], row_id: int, due_at: datetime) -> None:
    """Put back what was taken and cannot be said yet."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at, row.due_at = WAITING, None, due_at


def drop(session: Session, table: type[Row], row_id: int) -> None:
    """Give up what was taken: there is nobody for it, or no need."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at = VOID, None
