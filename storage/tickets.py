"""Tickets: one action item each, as it stands in the team's tracker."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, or_, select

from bot.domain.action_item import ItemState
from bot.domain.ticket import Found, Ticket, TicketState, TrackerKind
from storage.tables import ActionItemRow, TicketRow


def of_item(session: Session, item_id: int) -> Ticket | None:
    row = _row(session, item_id)
    return _ticket(row) if row else None


def of_items(session: Session, item_ids: Collection[int]) -> dict[int, Ticket]:
    """The tickets of these items that were made or linked, by the item's id."""
    rows = session.exec(
        select(TicketRow).where(col(TicketRow.item_id).in_(item_ids), TicketRow.key != "")
    )
    return {row.item_id: _ticket(row) for row in rows}


def ask(session: Session, item_id: int, tracker: TrackerKind, by: str) -> Ticket:
    """Note that an item is to have a ticket; one that has one keeps it."""
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
    """Take a ticket that there is already for an open item's, in place of any other."""
    ask(session, item_id, tracker, by)
    row = session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).one()
    row.tracker, row.asked_by, row.key, row.url, row.trouble = tracker, by, key, "", ""
    row.state, row.checked_at = TicketState.OPEN, None
    session.flush()
    return _ticket(row)


def keep_link(session: Session, item_id: int, key: str, url: str) -> Ticket:
    """Keep an item's ticket as a link that is only shown."""
    row = session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).one()
    row.key, row.url, row.state, row.trouble = key, url, TicketState.LINK, ""
    session.flush()
    return _ticket(row)


def agree(session: Session, item_id: int, found: Found, at: datetime, *, done: bool) -> None:
    """Keep that item and ticket are in step."""
    row = session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).one()
    row.key, row.url, row.trouble, row.checked_at = found.key, found.url, "", at
    row.made_at = row.made_at or at
    row.state = TicketState.DONE if done else TicketState.OPEN


def note_trouble(session: Session, item_id: int, trouble: str, at: datetime) -> bool:
    """Keep why a ticket could not be made or compared; False when that is known already."""
    row = session.exec(select(TicketRow).where(TicketRow.item_id == item_id)).one()
    known, row.trouble, row.checked_at = row.trouble, trouble, at
    return known != trouble


def due(
    session: Session, tracker: TrackerKind, before: datetime, done_after: datetime, most: int
) -> list[Ticket]:
    """What was not compared since `before`, longest first: of open items, and of those done lately."""
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
