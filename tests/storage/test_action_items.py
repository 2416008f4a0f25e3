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


def test_an_item_comes_back_as_it_was_stored(store: Store, incident_id: int) -> None:
    with store.begin() as session:
        made = add(
            session, incident_id, due=FRIDAY, priority=Priority.P2, evidence="1.0",
            snoozed_until=NOON + timedelta(days=2),
        )  # fmt: skip
    with store.begin() as session:
        assert action_items.by_id(session, made.id) == made
    assert (made.due, made.priority, made.evidence) == (FRIDAY, Priority.P2, "1.0")


def test_an_item_that_is_not_there_is_none(session: Session) -> None:
    assert action_items.by_id(session, 404) is None


def test_a_change_sets_its_fields_only(session: Session, incident_id: int) -> None:
    made = add(session, incident_id, due=FRIDAY)
    changed = action_items.change(
        session, made.id, by="U3", at=NOON, state=ItemState.DONE, done_at=NOON, done_by="U3"
    )
    assert changed == replace(made, state=ItemState.DONE, done_at=NOON, done_by="U3")


def test_each_change_says_who_what_and_to_what(session: Session, incident_id: int) -> None:
    made = add(session, incident_id, due=FRIDAY)
    action_items.change(session, made.id, by="U3", at=NOON, owner="U4", due=None)
    rows = session.exec(select(ActionItemUpdateRow).order_by("id"))
    assert [(row.person, row.change, row.value, row.made_at) for row in rows] == [
        ("U3", "owner", "U4", NOON),
        ("U3", "due", "", NOON),
    ]


def test_a_thread_is_remembered_and_is_no_change_of_a_person(
    session: Session, incident_id: int
) -> None:
    made = add(session, incident_id)
    action_items.save_thread(session, made.id, "1773144000.000100")
    assert action_items.of_incident(session, incident_id) == [
        replace(made, thread_ts="1773144000.000100")
    ]
    assert session.exec(select(ActionItemUpdateRow)).all() == []


def test_an_incident_lists_its_own_items_in_order(session: Session, incident_id: int) -> None:
    other = declare(session, 2)
    made = [add(session, each) for each in (incident_id, other.id, incident_id)]
    assert action_items.of_incident(session, incident_id) == [made[0], made[2]]


def test_an_owner_has_the_open_items_only(session: Session, incident_id: int) -> None:
    made = [add(session, incident_id, state=state, due=FRIDAY) for state in ItemState]
    add(session, incident_id, owner="U9", due=FRIDAY)
    assert action_items.open_of_owner(session, "U2") == [made[1]]


def test_an_owner_reads_what_is_due_first_first(session: Session, incident_id: int) -> None:
    later, sooner = (add(session, incident_id, due=FRIDAY + timedelta(days=n)) for n in (7, 0))
    assert action_items.open_of_owner(session, "U2") == [sooner, later]


def test_an_item_without_a_date_comes_last_on_both_databases(
    session: Session, incident_id: int
) -> None:
    undated, dated = add(session, incident_id), add(session, incident_id, due=FRIDAY)
    assert action_items.open_of_owner(session, "U2") == [dated, undated]


def test_why_an_item_is_dropped_counts_as_long_as_it_is(session: Session, incident_id: int) -> None:
    item = add(session, incident_id)

    def become(state: ItemState, because: str = "") -> str:
        told: dict[str, Any] = {"by": "U1", "at": NOON}
        if because:
            action_items.record_reason(session, item.id, because=because, **told)
        action_items.change(session, item.id, state=state, **told)
        (listed,) = action_items.of_incident(session, incident_id)
        return listed.dropped_because

    assert become(ItemState.DROPPED, "nobody needs it") == "nobody needs it"
    assert become(ItemState.OPEN) == ""
    assert become(ItemState.DROPPED, "too late") == "too late"
    assert become(ItemState.SUGGESTED) == ""
    assert become(ItemState.DROPPED) == ""
