"""Rows with a due time, each claimed by the first process to update it: reminders and deadlines."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import bindparam, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col, select

from storage.tables import DeadlineRow, ReminderRow

WAITING, SENT, VOID = "waiting", "sent", "void"
Row = TypeVar("Row", DeadlineRow, ReminderRow)


def claim(session: Session, table: type[Row], at: datetime) -> list[Row]:
    """Claim due rows, earliest first.

    One statement, so that no other process gets the same rows.
    """
    claimed = session.execute(_claim_statement(table), {"at": at}).scalars()
    return sorted(claimed, key=lambda row: (row.due_at, row.id))


@cache
def _claim_statement(table: type[Row]) -> ReturningUpdate[Row]:
    """Build the claiming statement; cached, because building it takes longer than running it."""
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


def by_ids(session: Session, table: type[Row], ids: Iterable[int]) -> list[Row]:
    """Return rows by their ids, oldest first."""
    query = select(table).where(col(table.id).in_(list(ids))).order_by(col(table.id))
    return list(session.exec(query))


def postpone(session: Session, table: type[Row], row_id: int, due_at: datetime) -> None:
    """Put back a claimed row whose message can't be sent yet."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at, row.due_at = WAITING, None, due_at


def discard(session: Session, table: type[Row], row_id: int) -> None:
    """Discard a claimed row: it has no recipient, or isn't needed."""
    row = session.get_one(table, row_id)
    row.state, row.sent_at = VOID, None
