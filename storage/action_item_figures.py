"""Figures counted where the rows are: of a hundred thousand items, none is loaded to be counted."""

from datetime import date
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.weekly_digest import NO_SEVERITY, Late, Tally, Week
from storage import action_items
from storage.tables import ActionItemRow, IncidentRow

_OPEN = col(ActionItemRow.state) == ItemState.OPEN
_DONE = col(ActionItemRow.state) == ItemState.DONE
_OF_INCIDENT = col(IncidentRow.id) == col(ActionItemRow.incident_id)


def week(session: Session, counted: Week) -> list[Tally]:
    """Count a week's items that a person stands behind (open or done), by their incident's severity."""
    due, created = col(ActionItemRow.due), col(ActionItemRow.created_at)
    done_at = col(ActionItemRow.done_at)
    fell_due = and_(due >= counted.first, due < counted.today)
    rows = session.exec(
        select(  # type: ignore[call-overload]  # it knows up to four columns
            IncidentRow.severity,
            _many(created >= counted.start, created < counted.until),
            _many(done_at >= counted.start, done_at < counted.until),
            _many(_OPEN),
            _many(fell_due),
            _many(fell_due, _DONE),
            _many(_OPEN, due < counted.today),
            func.min(created).filter(_OPEN),
        )
        .join(IncidentRow, _OF_INCIDENT)
        .where(col(ActionItemRow.state).in_((ItemState.OPEN, ItemState.DONE)))
        .group_by(col(IncidentRow.severity))
    )
    return [_tally(row) for row in rows]


def late(session: Session, today: date, most: int) -> Late:
    """The open items past their date, longest first, and at most so many of them.

    Those of private incidents are not among them; their incidents are counted.
    """
    overdue = and_(_OPEN, col(ActionItemRow.due) < today)
    private = col(IncidentRow.private).is_(True)
    found = session.exec(
        select(ActionItemRow.id, IncidentRow.key)
        .join(IncidentRow, _OF_INCIDENT)
        .where(overdue, ~private)
        .order_by(col(ActionItemRow.due), col(ActionItemRow.id))
        .limit(most)
    )
    shown = [(action_items.by_id(session, item_id or 0), key) for item_id, key in found]
    items: tuple[tuple[ActionItem, str], ...] = tuple((item, key) for item, key in shown if item)
    total, hidden = session.exec(
        select(
            _many(~private),
            func.count(col(ActionItemRow.incident_id).distinct()).filter(private),
        )
        .select_from(ActionItemRow)
        .join(IncidentRow, _OF_INCIDENT)
        .where(overdue)
    ).one()
    return Late(items=items, more=total - len(items), private=hidden)


def _many(*so: Any) -> Any:
    """How many rows are so."""
    return func.count().filter(and_(*so))


def _tally(row: Any) -> Tally:
    severity, opened, done, open_, fell_due, kept, overdue, oldest = row
    return Tally(
        severity=severity or NO_SEVERITY,
        opened=opened,
        done=done,
        open=open_,
        fell_due=fell_due,
        kept=kept,
        overdue=overdue,
        oldest=oldest,
    )
