from datetime import timedelta

import pytest

from bot.domain.action_item import ItemState
from bot.domain.ticket import TicketState, TrackerKind, TrackerTicket
from storage import action_items, tickets
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

FOUND = TrackerTicket(key="OPS-1", url="https://acme.atlassian.net/browse/OPS-1", done=False)
LATER = NOON + timedelta(minutes=5)
LONG_AGO = NOON - timedelta(days=30)


@pytest.fixture
def item_id(session: Session) -> int:
    return add_item(session, declare(session).id)


def add_item(session: Session, incident_id: int) -> int:
    item = action_items.add(
        session,
        incident_id=incident_id,
        text="add an alert",
        state=ItemState.OPEN,
        created_by="U1",
        created_at=NOON,
    )
    return item.id


def test_a_ticket_is_requested_once(session: Session, item_id: int) -> None:
    assert tickets.of_item(session, item_id) is None
    first = tickets.request(session, item_id, TrackerKind.JIRA, "U1")
    assert (first.key, first.state, first.asked_by) == ("", TicketState.UNKNOWN, "U1")
    assert tickets.request(session, item_id, TrackerKind.JIRA, "U2") == first
    assert tickets.of_item(session, item_id) == first


def test_a_synced_ticket_is_stored_and_clears_the_error(session: Session, item_id: int) -> None:
    tickets.request(session, item_id, TrackerKind.JIRA, "U1")
    assert tickets.record_error(session, item_id, "It does not answer.", NOON)
    assert not tickets.record_error(session, item_id, "It does not answer.", LATER)
    tickets.mark_synced(session, item_id, FOUND, NOON, done=False)
    tickets.mark_synced(session, item_id, FOUND, LATER, done=True)
    ticket = tickets.of_item(session, item_id)
    assert ticket
    assert (ticket.key, ticket.url, ticket.trouble) == (FOUND.key, FOUND.url, "")
    assert (ticket.state, ticket.made_at, ticket.checked_at) == (TicketState.DONE, NOON, LATER)


def test_linking_a_ticket_replaces_the_earlier_one(session: Session, item_id: int) -> None:
    tickets.request(session, item_id, TrackerKind.GITHUB, "U1")
    tickets.mark_synced(session, item_id, FOUND, NOON, done=True)
    linked = tickets.link(session, item_id, TrackerKind.JIRA, "U2", "OPS-2")
    assert (linked.key, linked.url, linked.tracker) == ("OPS-2", "", TrackerKind.JIRA)
    assert (linked.state, linked.asked_by, linked.checked_at) == (TicketState.OPEN, "U2", None)


def test_tickets_checked_longest_ago_are_due_first_and_long_done_ones_never(
    session: Session,
) -> None:
    incident_id = declare(session).id
    ids = [add_item(session, incident_id) for _ in range(5)]
    for number, item_id in enumerate(ids[:4]):
        tickets.request(session, item_id, TrackerKind.JIRA, "U1")
        at = NOON - timedelta(minutes=number)
        tickets.mark_synced(session, item_id, FOUND, at, done=False)
    tickets.request(session, ids[4], TrackerKind.JIRA, "U1")  # not created yet
    for item_id, at in ((ids[2], NOON), (ids[3], LONG_AGO)):
        action_items.change(session, item_id, by="U1", at=at, state=ItemState.DONE, done_at=at)

    def due(before_minutes: int, most: int = 9) -> list[int]:
        before = NOON - timedelta(minutes=before_minutes)
        found = tickets.due(session, TrackerKind.JIRA, before, LONG_AGO + timedelta(days=1), most)
        return [ticket.item_id for ticket in found]

    assert due(0) == [ids[2], ids[1], ids[0]]
    assert due(0, most=2) == [ids[2], ids[1]]
    assert due(1) == [ids[2], ids[1]]
    assert tickets.due(session, TrackerKind.GITHUB, NOON, LONG_AGO, 9) == []
