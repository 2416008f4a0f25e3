"""Rows that are due once: they wait, and whoever changes a row first has it."""

from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import bindparam, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col, select

from storage.tables import DeadlineRow, ReminderRow

WAITING, SENT, VOID = "waiting", "sent", "void"
Row = TypeVar("Row", DeadlineRow, ReminderRow)


def take(session: Session, table: type[Row], at: datetime) -> list[Row]:
    """Take what is due, in one statement, so that no other process gets the same rows; first due first."""
    taken = session.execute(_taking(table), {"at": at}).scalars()
    return sorted(taken, key=lambda row: (row.due_at, row.id))


@cache
def _taking(table: type[Row]) -> ReturningUpdate[Row]:
    """The statement that takes; made once, since that takes longer than to run it."""
    due = (
        select(table.id)
        .where(table.state == WAITING, col(table.due_at) <= bindparam("at"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(table)
        .where(col(table.id).in_(due))
        .values(state=SENT, sent_at=bindparam("at"))
        .returning(table)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def postpone(session: Session, table: type[Row], row_id: int, due_at: datetime) -> None:
    """Put back what was taken and cannot be said yet."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at, row.due_at = WAITING, None, due_at


def drop(session: Session, table: type[Row], row_id: int) -> None:
    """Give up what was taken: there is nobody for it, or no need."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at = VOID, None
