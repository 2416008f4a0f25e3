"""Action items and the history of their changes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from bot.domain.action_item import ActionItem, ItemState, Priority
from storage import library
from storage.engine.statements import in_batches
from storage.incident_conditions import is_visible_in
from storage.tables import ActionItemRow, ActionItemUpdateRow, IncidentRow, TicketRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of one field of an item. `by` is empty if no person made it."""

    by: str
    field: str
    value: str
    at: datetime


MAX_COMPARED = 1_000
_REASON = "because"
_SHOWN = ("text", "state", "owner", "due", "priority")  # what documents show of an item


def add(session: Session, **values: Any) -> ActionItem:
    """Store a new action item. `values` are the fields of `ActionItem` without its id."""
    row = ActionItemRow(**values)
    session.add(row)
    session.flush()
    library.mark_outdated(session, row.incident_id)
    return _item(session, row)


def by_id(session: Session, item_id: int) -> ActionItem | None:
    row = session.get(ActionItemRow, item_id)
    return _item(session, row) if row else None


def change(
    session: Session, item_id: int, *, by: str, at: datetime, **values: object
) -> ActionItem:
    """Set fields of an item, and record who changed what to what."""
    row = session.get_one(ActionItemRow, item_id)
    for name, value in values.items():
        setattr(row, name, value)
        text = "" if value is None else str(value)
        session.add(
            ActionItemUpdateRow(item_id=item_id, person=by, change=name, value=text, made_at=at)
        )
    session.flush()
    library.mark_outdated(session, row.incident_id)
    return _item(session, row)


def record_reason(session: Session, item_id: int, *, by: str, at: datetime, because: str) -> None:
    """Record why an item is dropped, right before the change of its state."""
    row = ActionItemUpdateRow(item_id=item_id, person=by, change=_REASON, value=because, made_at=at)
    session.add(row)
    session.flush()


def changes(session: Session, item_id: int) -> list[Change]:
    """Return every change of an item, oldest first."""
    rows = session.exec(
        select(ActionItemUpdateRow)
        .where(ActionItemUpdateRow.item_id == item_id)
        .order_by(col(ActionItemUpdateRow.id))
    )
    return [
        Change(by=row.person, field=row.change, value=row.value, at=row.made_at) for row in rows
    ]


def last_changed_at(session: Session, item: ActionItem) -> datetime:
    """Return when an item's owner, due date or state last changed, or else when it was created."""
    changed: datetime | None = session.exec(
        select(func.max(ActionItemUpdateRow.made_at)).where(
            ActionItemUpdateRow.item_id == item.id,
            col(ActionItemUpdateRow.change).in_(("owner", "due", "state")),
        )
    ).one()
    return changed or item.created_at


def last_change(session: Session, incident_id: int) -> datetime | None:
    """Return when an incident's items last changed: one added, changed or given a ticket; or None.

    A snooze or a vote changes nothing that a document shows.
    """
    of_incident = ActionItemRow.incident_id == incident_id
    added = select(func.max(ActionItemRow.created_at)).where(of_incident)
    changed = (
        select(func.max(ActionItemUpdateRow.made_at))
        .join(ActionItemRow, col(ActionItemRow.id) == ActionItemUpdateRow.item_id)
        .where(col(ActionItemUpdateRow.change).in_(_SHOWN))
    )
    ticketed = select(func.max(TicketRow.made_at)).join(
        ActionItemRow, col(ActionItemRow.id) == TicketRow.item_id
    )
    times = [
        session.exec(added).one(),
        session.exec(changed.where(of_incident)).one(),
        session.exec(ticketed.where(of_incident)).one(),
    ]
    return max((at for at in times if at), default=None)


def by_thread(session: Session, channel_id: str, thread_ts: str) -> ActionItem | None:
    """Return the item whose thread starts with this message of an incident's channel, or None."""
    row = session.exec(
        select(ActionItemRow)
        .join(IncidentRow, col(IncidentRow.id) == ActionItemRow.incident_id)
        .where(IncidentRow.channel_id == channel_id, ActionItemRow.thread_ts == thread_ts)
    ).first()
    return _item(session, row) if row else None


def save_thread(session: Session, item_id: int, thread_ts: str) -> ActionItem:
    row = session.get_one(ActionItemRow, item_id)
    row.thread_ts = thread_ts
    return _item(session, row)


def of_incident(
    session: Session,
    incident_id: int,
    most: int | None = None,
    states: Collection[ItemState] = tuple(ItemState),
) -> list[ActionItem]:
    """Return an incident's items in these states, oldest first, at most `most` of them."""
    rows = session.exec(
        select(ActionItemRow)
        .where(ActionItemRow.incident_id == incident_id)
        .where(col(ActionItemRow.state).in_(states))
        .order_by(col(ActionItemRow.id))
        .limit(most)
    )
    return _items(session, rows)


def count_of_incident(
    session: Session, incident_id: int, states: Collection[ItemState] = tuple(ItemState)
) -> int:
    return _count(
        session, ActionItemRow.incident_id == incident_id, col(ActionItemRow.state).in_(states)
    )


def find_older_open(session: Session, item: ActionItem) -> list[ActionItem]:
    """Return older open items that may be named in the item's thread, newest first.

    These are items of its own incident and of incidents that aren't private, at most `MAX_COMPARED`.
    """
    rows = session.exec(
        select(ActionItemRow)
        .join(IncidentRow, col(IncidentRow.id) == ActionItemRow.incident_id)
        .where(ActionItemRow.state == ItemState.OPEN, col(ActionItemRow.id) < item.id)
        .where(or_(col(IncidentRow.private).is_(False), IncidentRow.id == item.incident_id))
        .order_by(col(ActionItemRow.id).desc())
        .limit(MAX_COMPARED)
    )
    return _items(session, rows)


def open_by_incident(
    session: Session, incident_ids: Collection[int]
) -> dict[int, list[ActionItem]]:
    """Return the open items of each of these incidents, oldest first."""
    rows = session.exec(
        select(ActionItemRow)
        .where(col(ActionItemRow.incident_id).in_(incident_ids))
        .where(ActionItemRow.state == ItemState.OPEN)
        .order_by(col(ActionItemRow.id))
    )
    by_incident: dict[int, list[ActionItem]] = {}
    for item in _items(session, rows):
        by_incident.setdefault(item.incident_id, []).append(item)
    return by_incident


def done_between(session: Session, since: datetime, until: datetime) -> list[ActionItem]:
    """Return items that were done between two times, both inclusive, oldest first."""
    rows = session.exec(
        select(ActionItemRow)
        .where(ActionItemRow.state == ItemState.DONE)
        .where(col(ActionItemRow.done_at) >= since, col(ActionItemRow.done_at) <= until)
        .order_by(col(ActionItemRow.id))
    )
    return _items(session, rows)


def open_of_owner(
    session: Session,
    owner: str,
    most: int | None = None,
    channels: Collection[str] | None = None,
) -> list[ActionItem]:
    """Return a person's open items, earliest due date first, at most `most` of them.

    With `channels`, items of private incidents in other channels are left out.
    """
    rows = session.exec(
        select(ActionItemRow)
        .where(*_open_filters(owner, channels))
        .order_by(col(ActionItemRow.due).nulls_last(), col(ActionItemRow.id))
        .limit(most)
    )
    return _items(session, rows)


def count_open_of_owner(session: Session, owner: str, channels: Collection[str]) -> int:
    """Count a person's open items, without those of private incidents in other channels."""
    return _count(session, *_open_filters(owner, channels))


def _open_filters(owner: str, channels: Collection[str] | None) -> list[ColumnElement[bool]]:
    conditions = [col(ActionItemRow.owner) == owner, col(ActionItemRow.state) == ItemState.OPEN]
    if channels is not None:
        visible = select(IncidentRow.id).where(is_visible_in(channels))
        conditions.append(col(ActionItemRow.incident_id).in_(visible))
    return conditions


def _count(session: Session, *conditions: ColumnElement[bool] | bool) -> int:
    return session.exec(select(func.count()).select_from(ActionItemRow).where(*conditions)).one()


def _item(session: Session, row: ActionItemRow) -> ActionItem:
    return _items(session, [row])[0]


def _items(session: Session, rows: Iterable[ActionItemRow]) -> list[ActionItem]:
    """Build items; the reasons why items were dropped are read for all of them together."""
    stored = list(rows)
    dropped = [row.id for row in stored if row.id is not None and row.state == ItemState.DROPPED]
    reasons = _reasons(session, dropped)
    return [_build_item(row, reasons.get(row.id or 0, "")) for row in stored]


def _build_item(row: ActionItemRow, dropped_because: str) -> ActionItem:
    assert row.id is not None  # noqa: S101 - flushed
    return ActionItem(
        id=row.id,
        incident_id=row.incident_id,
        text=row.text,
        state=ItemState(row.state),
        created_by=row.created_by,
        created_at=row.created_at,
        owner=row.owner,
        due=row.due,
        priority=Priority(row.priority) if row.priority else None,
        evidence=row.evidence,
        done_at=row.done_at,
        done_by=row.done_by,
        thread_ts=row.thread_ts,
        snoozed_until=row.snoozed_until,
        dropped_because=dropped_because,
    )


def _reasons(session: Session, item_ids: Sequence[int]) -> dict[int, str]:
    """Return why items were dropped, as recorded right before the last change of their state."""
    pending: dict[int, str] = {}
    reasons: dict[int, str] = {}
    for batch in in_batches(item_ids):
        rows = session.exec(
            select(ActionItemUpdateRow)
            .where(col(ActionItemUpdateRow.item_id).in_(batch))
            .where(col(ActionItemUpdateRow.change).in_((_REASON, "state")))
            .order_by(col(ActionItemUpdateRow.id))
        )
        for row in rows:
            if row.change == _REASON:
                pending[row.item_id] = row.value
            else:
                reasons[row.item_id] = pending.pop(row.item_id, "")
    return reasons
