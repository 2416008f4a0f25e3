"""Reminders of action items: one row each, claimed by the first process to update it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from bot.domain.reminder_ladder import ESCALATIONS
from storage import due_rows
from storage.due_rows import SENT, VOID, WAITING
from storage.engine.statements import has_rows
from storage.tables import ReminderRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A reminder of an item.

    `owner` is its recipient; `step` is its step on the reminder ladder.
    """

    id: int
    item_id: int
    owner: str
    due_at: datetime
    step: str = ""
    sent_at: datetime | None = None


def plan(
    session: Session, item_id: int, owner: str, due_at: datetime | None, step: str = ""
) -> None:
    """Replace an item's waiting reminder by this one; None if it needs none.

    Escalations to other people are planned separately, each step by itself.
    """
    _void(session, item_id, step)
    if due_at is not None:
        row = ReminderRow(item_id=item_id, owner=owner, due_at=due_at, state=WAITING, step=step)
        session.add(row)
        session.flush()


def claim_due(session: Session, at: datetime) -> list[Reminder]:
    return [_reminder(row) for row in due_rows.claim(session, ReminderRow, at)]


def by_ids(session: Session, ids: Iterable[int]) -> list[Reminder]:
    return [_reminder(row) for row in due_rows.by_ids(session, ReminderRow, ids)]


def postpone(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Put back a reminder that was claimed at a bad time."""
    due_rows.postpone(session, ReminderRow, reminder.id, due_at)


def put_back(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Put back a reminder that couldn't be sent, in place of the next one."""
    _void(session, reminder.item_id, reminder.step)
    postpone(session, reminder, due_at)


def discard(session: Session, reminder: Reminder) -> None:
    """Discard a claimed reminder: nobody is left to receive it."""
    due_rows.discard(session, ReminderRow, reminder.id)


def reassign(session: Session, reminder: Reminder, person: str) -> Reminder:
    """Store that another person gets a claimed reminder."""
    session.get_one(ReminderRow, reminder.id).owner = person
    return replace(reminder, owner=person)


def last_sent_at(session: Session, owner: str, besides: Collection[int]) -> datetime | None:
    """Return when the owner was last reminded of any item, ignoring reminders with these ids."""
    return session.exec(
        select(func.max(ReminderRow.sent_at)).where(
            ReminderRow.owner == owner,
            ReminderRow.state == SENT,
            col(ReminderRow.id).not_in(besides),
        )
    ).one()


def next_due_at(session: Session, item_id: int, step: str = "") -> datetime | None:
    """Return when an item's next reminder is due; with an escalation as `step`, when that is."""
    return session.exec(
        select(ReminderRow.due_at).where(
            ReminderRow.item_id == item_id, ReminderRow.state == WAITING, _is_same_track(step)
        )
    ).first()


def items_of(session: Session, person: str) -> set[int]:
    """Return the ids of the items a person has a waiting reminder of."""
    query = select(ReminderRow.item_id).where(
        ReminderRow.owner == person, ReminderRow.state == WAITING
    )
    return set(session.exec(query))


def is_sent(session: Session, item_id: int, step: str, since: datetime) -> bool:
    """Return whether a step that was due since a time has been sent."""
    query = select(ReminderRow.id).where(
        ReminderRow.item_id == item_id,
        ReminderRow.state == SENT,
        ReminderRow.step == step,
        ReminderRow.due_at >= since,
    )
    return has_rows(session, query)


def find_last(session: Session, item_id: int, person: str) -> Reminder | None:
    """Return a person's last reminder of an item, not counting escalations, or None."""
    row = session.exec(
        select(ReminderRow)
        .where(
            ReminderRow.item_id == item_id,
            ReminderRow.state == SENT,
            ReminderRow.owner == person,
            _is_same_track(""),
        )
        .order_by(col(ReminderRow.sent_at).desc(), col(ReminderRow.id).desc())
    ).first()
    return _reminder(row) if row else None


def list_sent(session: Session, item_id: int) -> list[Reminder]:
    """Return every reminder of an item that was sent, oldest first."""
    rows = session.exec(
        select(ReminderRow)
        .where(ReminderRow.item_id == item_id, ReminderRow.state == SENT)
        .order_by(col(ReminderRow.sent_at), col(ReminderRow.id))
    )
    return [_reminder(row) for row in rows]


def _void(session: Session, item_id: int, step: str) -> None:
    session.execute(
        update(ReminderRow)
        .where(
            col(ReminderRow.item_id) == item_id,
            col(ReminderRow.state) == WAITING,
            _is_same_track(step),
        )
        .values(state=VOID)
    )


def _is_same_track(step: str) -> ColumnElement[bool]:
    """SQL: rows of which only one may wait: an item's reminders, or those of an escalation step."""
    column = col(ReminderRow.step)
    return column == step if step in ESCALATIONS else column.not_in(ESCALATIONS)


def _reminder(row: ReminderRow) -> Reminder:
    assert row.id is not None  # noqa: S101 - read from the database
    return Reminder(
        id=row.id,
        item_id=row.item_id,
        owner=row.owner,
        due_at=row.due_at,
        step=row.step,
        sent_at=row.sent_at,
    )
