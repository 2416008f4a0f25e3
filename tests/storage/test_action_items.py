from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.action_item import ActionItem, ItemState, Priority
from storage import action_items
from storage.engine.store import Session, Store
from storage.tables import ActionItemUpdateRow
from tests.storage.conftest import NOON, declare

FRIDAY = date(2026, 3, 13)


@pytest.fixture
def incident_id(store: Store) -> int:
    with store.begin() as session:
        return declare(session).id


def add(session: Session, incident_id: int, **changes: Any) -> ActionItem:
    values: dict[str, Any] = {
        "text": "alert on <queue> depth",
        "state": ItemState.OPEN,
        "created_by": "U1",
        "created_at": NOON,
        "owner": "U2",
    }
    return action_items.add(session, incident_id=incident_id, **(values | changes))


def test_an_action_item_is_read_back_as_stored(store: Store, incident_id: int) -> None:
    with store.begin() as session:
        item = add(
            session, incident_id, due=FRIDAY, priority=Priority.P2, evidence="1.0",
            snoozed_until=NOON + timedelta(days=2),
        )  # fmt: skip
    with store.begin() as session:
        assert action_items.by_id(session, item.id) == item
    assert (item.due, item.priority, item.evidence) == (FRIDAY, Priority.P2, "1.0")


def test_an_unknown_action_item_is_none(session: Session) -> None:
    assert action_items.by_id(session, 404) is None


def test_a_change_sets_only_the_given_fields(session: Session, incident_id: int) -> None:
    item = add(session, incident_id, due=FRIDAY)
    changed = action_items.change(
        session, item.id, by="U3", at=NOON, state=ItemState.DONE, done_at=NOON, done_by="U3"
    )
    assert changed == replace(item, state=ItemState.DONE, done_at=NOON, done_by="U3")


def test_each_change_is_recorded_with_person_field_value_and_time(
    session: Session, incident_id: int
) -> None:
    item = add(session, incident_id, due=FRIDAY)
    action_items.change(session, item.id, by="U3", at=NOON, owner="U4", due=None)
    rows = session.exec(select(ActionItemUpdateRow).order_by("id"))
    assert [(row.person, row.change, row.value, row.made_at) for row in rows] == [
        ("U3", "owner", "U4", NOON),
        ("U3", "due", "", NOON),
    ]


def test_saving_the_thread_of_an_item_is_not_recorded_as_a_change(
    session: Session, incident_id: int
) -> None:
    item = add(session, incident_id)
    action_items.save_thread(session, item.id, "1773144000.000100")
    assert action_items.of_incident(session, incident_id) == [
        replace(item, thread_ts="1773144000.000100")
    ]
    assert session.exec(select(ActionItemUpdateRow)).all() == []


def test_an_incident_lists_only_its_own_items_in_order(session: Session, incident_id: int) -> None:
    other = declare(session, 2)
    items = [add(session, parent_id) for parent_id in (incident_id, other.id, incident_id)]
    assert action_items.of_incident(session, incident_id) == [items[0], items[2]]


def test_an_owner_gets_only_their_own_open_items(session: Session, incident_id: int) -> None:
    items = [add(session, incident_id, state=state, due=FRIDAY) for state in ItemState]
    add(session, incident_id, owner="U9", due=FRIDAY)
    assert action_items.open_of_owner(session, "U2") == [items[1]]


def test_an_owners_items_are_sorted_by_due_date(session: Session, incident_id: int) -> None:
    later, sooner = (add(session, incident_id, due=FRIDAY + timedelta(days=n)) for n in (7, 0))
    assert action_items.open_of_owner(session, "U2") == [sooner, later]


def test_items_without_a_due_date_come_last_on_both_databases(
    session: Session, incident_id: int
) -> None:
    undated, dated = add(session, incident_id), add(session, incident_id, due=FRIDAY)
    assert action_items.open_of_owner(session, "U2") == [dated, undated]


def test_the_reason_for_dropping_an_item_is_shown_only_while_it_is_dropped(
    session: Session, incident_id: int
) -> None:
    item = add(session, incident_id)

    def change_state(state: ItemState, because: str = "") -> str:
        change: dict[str, Any] = {"by": "U1", "at": NOON}
        if because:
            action_items.record_reason(session, item.id, because=because, **change)
        action_items.change(session, item.id, state=state, **change)
        (listed,) = action_items.of_incident(session, incident_id)
        return listed.dropped_because

    assert change_state(ItemState.DROPPED, "nobody needs it") == "nobody needs it"
    assert change_state(ItemState.OPEN) == ""
    assert change_state(ItemState.DROPPED, "too late") == "too late"
    assert change_state(ItemState.SUGGESTED) == ""
    assert change_state(ItemState.DROPPED) == ""
