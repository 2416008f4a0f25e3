"""Reminders: the schedule is rows, and a row is taken by whoever changes it first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from bot.domain.reminder_ladder import ESCALATIONS
from storage import due_rows
from storage.due_rows import SENT, VOID, WAITING
from storage.tables import ReminderRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A nudge about an item. `owner` is who gets it; `step` is the rung that it stands for."""

    id: int
    item_id: int
    owner: str
    due_at: datetime
    step: str = ""
    sent_at: datetime | None = None


def plan(
    session: Session, item_id: int, owner: str, due_at: datetime | None, step: str = ""
) -> None:
    """Let an item have this reminder and no other; None when it needs none.

    Those that tell others that it is late are planned apart, each step for itself.
    """
    _void(session, item_id, step)
    if due_at is not None:
        row = ReminderRow(item_id=item_id, owner=owner, due_at=due_at, state=WAITING, step=step)
        session.add(row)
        session.flush()


def take_due(session: Session, at: datetime) -> list[Reminder]:
    return [_reminder(row) for row in due_rows.take(session, ReminderRow, at)]


def by_ids(session: Session, ids: Iterable[int]) -> list[Reminder]:
    rows = session.exec(
        select(ReminderRow).where(col(ReminderRow.id).in_(list(ids))).order_by(col(ReminderRow.id))
    )
    return [_reminder(row) for row in rows]


def postpone(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Put back a reminder that was taken at a bad hour."""
    due_rows.postpone(session, ReminderRow, reminder.id, due_at)


def put_back(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Put back a reminder that could not be said, in place of the next one."""
    _void(session, reminder.item_id, reminder.step)
    postpone(session, reminder, due_at)


def drop(session: Session, reminder: Reminder) -> None:
    """Give up a reminder that was taken: there is nobody for it any more."""
    due_rows.drop(session, ReminderRow, reminder.id)


def hand(session: Session, reminder: Reminder, person: str) -> Reminder:
    """Keep that another person gets a reminder that was taken."""
    session.get_one(ReminderRow, reminder.id).owner = person
    return replace(reminder, owner=person)


def last_sent(session: Session, owner: str, besides: Collection[int]) -> datetime | None:
    """When the owner was last reminded of anything, besides the reminders with these ids."""
    return session.exec(
        select(func.max(ReminderRow.sent_at)).where(
            ReminderRow.owner == owner,
            ReminderRow.state == SENT,
            col(ReminderRow.id).not_in(besides),
        )
    ).one()


def waiting(session: Session, item_id: int, step: str = "") -> datetime | None:
    """When the item's next reminder is due; with a `step` of those to others, when that is."""
    return session.exec(
        select(ReminderRow.due_at).where(
            ReminderRow.item_id == item_id, ReminderRow.state == WAITING, _track(step)
        )
    ).first()


def items_of(session: Session, person: str) -> set[int]:
    """The ids of the items of which a person is to hear."""
    asked = select(ReminderRow.item_id).where(
        ReminderRow.owner == person, ReminderRow.state == WAITING
    )
    return set(session.exec(asked))


def is_sent(session: Session, item_id: int, step: str, since: datetime) -> bool:
    """Whether a step that fell due since a time was said."""
    asked = select(ReminderRow.id).where(
        ReminderRow.item_id == item_id,
        ReminderRow.state == SENT,
        ReminderRow.step == step,
        ReminderRow.due_at >= since,
    )
    return session.exec(asked).first() is not None


def last_of(session: Session, item_id: int, person: str) -> Reminder | None:
    """What a person last heard of an item for themselves, not as one who is told that it is late."""
    row = session.exec(
        select(ReminderRow)
        .where(
            ReminderRow.item_id == item_id,
            ReminderRow.state == SENT,
            ReminderRow.owner == person,
            _track(""),
        )
        .order_by(col(ReminderRow.sent_at).desc(), col(ReminderRow.id).desc())
    ).first()
    return _reminder(row) if row else None


def sent(session: Session, item_id: int) -> list[Reminder]:
    """Every nudge about an item that was said, the first one first."""
    rows = session.exec(
        select(ReminderRow)
        .where(ReminderRow.item_id == item_id, ReminderRow.state == SENT)
        .order_by(col(ReminderRow.sent_at), col(ReminderRow.id))
    )
    return [_reminder(row) for row in rows]


def _void(session: Session, item_id: int, step: str) -> None:
    session.execute(
        update(ReminderRow)
        .where(col(ReminderRow.item_id) == item_id, col(ReminderRow.state) == WAITING, _track(step))
        .values(state=VOID)
    )


def _track(step: str) -> ColumnElement[bool]:
    """The rows among which only one may wait: an item's own, or those of one step to others."""
    of = col(ReminderRow.step)
    return of == step if step in ESCALATIONS else of.not_in(ESCALATIONS)


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
