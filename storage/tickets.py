"""Tickets: at most one per action item, as it is in the team's tracker."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, or_, select

from bot.domain.action_item import ItemState
from bot.domain.ticket import Ticket, TicketState, TrackerKind, TrackerTicket
from storage.tables import ActionItemRow, TicketRow


def of_item(session: Session, item_id: int) -> Ticket | None:
    row = _row(session, item_id)
    return _ticket(row) if row else None


def of_items(session: Session, item_ids: Collection[int]) -> dict[int, Ticket]:
    """Return the created or linked tickets of these items, by the item's id."""
    rows = session.exec(
        select(TicketRow).where(col(TicketRow.item_id).in_(item_ids), TicketRow.key != "")
    )
    return {row.item_id: _ticket(row) for row in rows}


def request(session: Session, item_id: int, tracker: TrackerKind, by: str) -> Ticket:
    """Request a ticket for an item; an existing one stays."""
    row = _row(session, item_id)
    if row is None:
        row = TicketRow(
            item_id=item_id,
            tracker=tracker,
            uuid=uuid4().hex,
            asked_by=by,
            state=TicketState.UNKNOWN,
        )
        session.add(row)
    elif not row.key:
        row.tracker = tracker
    session.flush()
    return _ticket(row)


def link(session: Session, item_id: int, tracker: TrackerKind, by: str, key: str) -> Ticket:
    """Link an existing ticket to an open item, in place of any other."""
    request(session, item_id, tracker, by)
    row = _requested_row(session, item_id)
    row.tracker, row.asked_by, row.key, row.url, row.trouble = tracker, by, key, "", ""
    row.state, row.checked_at = TicketState.OPEN, None
    session.flush()
    return _ticket(row)


def keep_link(session: Session, item_id: int, key: str, url: str) -> Ticket:
    """Store an item's ticket as a link that is only shown."""
    row = _requested_row(session, item_id)
    row.key, row.url, row.state, row.trouble = key, url, TicketState.LINK, ""
    session.flush()
    return _ticket(row)


def mark_synced(
    session: Session, item_id: int, current: TrackerTicket, at: datetime, *, done: bool
) -> None:
    """Store that item and ticket are in step."""
    row = _requested_row(session, item_id)
    row.key, row.url, row.trouble, row.checked_at = current.key, current.url, "", at
    row.made_at = row.made_at or at
    row.state = TicketState.DONE if done else TicketState.OPEN


def record_error(session: Session, item_id: int, trouble: str, at: datetime) -> bool:
    """Store why a ticket couldn't be created or compared; return False if that's stored already."""
    row = _requested_row(session, item_id)
    previous, row.trouble, row.checked_at = row.trouble, trouble, at
    return previous != trouble


def due(
    session: Session, tracker: TrackerKind, before: datetime, done_after: datetime, most: int
) -> list[Ticket]:
    """Return tickets of open and recently done items not compared since `before`, longest first."""
    rows = session.exec(
        select(TicketRow)
        .join(ActionItemRow, col(ActionItemRow.id) == TicketRow.item_id)
        .where(
            TicketRow.tracker == tracker, TicketRow.key != "", col(TicketRow.checked_at) <= before
        )
        .where(TicketRow.state != TicketState.LINK)
        .where(or_(ActionItemRow.state == ItemState.OPEN, col(ActionItemRow.done_at) >= done_after))
        .order_by(col(TicketRow.checked_at), col(TicketRow.id))
        .limit(most)
    )
    return [_ticket(row) for row in rows]


def _requested_row(session: Session, item_id: int) -> TicketRow:
    """Return the row of a ticket that was requested. Raises if there's none."""
    return session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).one()


def _row(session: Session, item_id: int) -> TicketRow | None:
    return session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).first()


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(
        item_id=row.item_id,
        tracker=TrackerKind(row.tracker),
        mark=row.uuid,
        asked_by=row.asked_by,
        key=row.key,
        url=row.url,
        state=TicketState(row.state),
        trouble=row.trouble,
        checked_at=row.checked_at,
        made_at=row.made_at,
    )
