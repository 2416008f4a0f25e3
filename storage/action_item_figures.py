"""Counts of action items, computed in the database so that no items are loaded."""

from datetime import date
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.weekly_digest import NO_SEVERITY, OverdueItems, SeverityCounts, Week
from storage import action_items
from storage.tables import ActionItemRow, IncidentRow

_OPEN = col(ActionItemRow.state) == ItemState.OPEN
_DONE = col(ActionItemRow.state) == ItemState.DONE
_OF_INCIDENT = col(IncidentRow.id) == col(ActionItemRow.incident_id)


def count_week(session: Session, week: Week) -> list[SeverityCounts]:
    """Count a week's open and done items, by their incident's severity."""
    due, created = col(ActionItemRow.due), col(ActionItemRow.created_at)
    done_at = col(ActionItemRow.done_at)
    fell_due = and_(due >= week.first, due < week.today)
    rows = session.exec(
        select(  # type: ignore[call-overload]  # it knows up to four columns
            IncidentRow.severity,
            _count_if(created >= week.start, created < week.until),
            _count_if(done_at >= week.start, done_at < week.until),
            _count_if(_OPEN),
            _count_if(fell_due),
            _count_if(fell_due, _DONE),
            _count_if(_OPEN, due < week.today),
            func.min(created).filter(_OPEN),
        )
        .join(IncidentRow, _OF_INCIDENT)
        .where(col(ActionItemRow.state).in_((ItemState.OPEN, ItemState.DONE)))
        .group_by(col(IncidentRow.severity))
    )
    return [_tally(row) for row in rows]


def find_overdue(session: Session, today: date, most: int) -> OverdueItems:
    """Return open items past their due date, longest overdue first, at most `most` of them.

    Items of private incidents are left out; only the number of these incidents is returned.
    """
    overdue = and_(_OPEN, col(ActionItemRow.due) < today)
    private = col(IncidentRow.private).is_(True)
    rows = session.exec(
        select(ActionItemRow.id, IncidentRow.key)
        .join(IncidentRow, _OF_INCIDENT)
        .where(overdue, ~private)
        .order_by(col(ActionItemRow.due), col(ActionItemRow.id))
        .limit(most)
    )
    shown = [(action_items.by_id(session, item_id or 0), key) for item_id, key in rows]
    items: tuple[tuple[ActionItem, str], ...] = tuple((item, key) for item, key in shown if item)
    total, hidden = session.exec(
        select(
            _count_if(~private),
            func.count(col(ActionItemRow.incident_id).distinct()).filter(private),
        )
        .select_from(ActionItemRow)
        .join(IncidentRow, _OF_INCIDENT)
        .where(overdue)
    ).one()
    return OverdueItems(items=items, more=total - len(items), private=hidden)


def _count_if(*conditions: Any) -> Any:
    """SQL: the number of rows that meet all conditions."""
    return func.count().filter(and_(*conditions))


def _tally(row: Any) -> SeverityCounts:
    severity, opened, done, open_count, fell_due, on_time, overdue, oldest = row
    return SeverityCounts(
        severity=severity or NO_SEVERITY,
        opened=opened,
        done=done,
        open=open_count,
        fell_due=fell_due,
        kept=on_time,
        overdue=overdue,
        oldest=oldest,
    )
