from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action_item import ItemState
from bot.domain.reminder_ladder import CHANNEL_STEP, LEAD_STEP
from storage import action_items, reminders
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, declare, run_concurrently

HOUR = timedelta(hours=1)


def add_items(session: Session, count: int = 1) -> list[int]:
    incident = declare(session)
    items = (
        action_items.add(
            session, incident_id=incident.id, text=f"item {number}", state=ItemState.OPEN,
            created_by="U1", created_at=NOON,
        )
        for number in range(count)
    )  # fmt: skip
    return [item.id for item in items]


@pytest.fixture
def item(session: Session) -> int:
    return add_items(session)[0]


def claim(session: Session, hours: int = 0) -> list[int]:
    return [reminder.item_id for reminder in reminders.claim_due(session, NOON + hours * HOUR)]


def test_a_reminder_is_due_from_its_time_on(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON + HOUR)
    assert (claim(session, 0), claim(session, 1)) == ([], [item])


def test_a_reminder_is_claimed_once(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    assert (claim(session), claim(session, 1)) == ([item], [])


def test_a_claimed_reminder_has_its_owner_and_due_time(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    (claimed,) = reminders.claim_due(session, NOON + HOUR)
    assert (claimed.owner, claimed.due_at) == ("U1", NOON)


def test_reminders_are_claimed_in_the_order_they_are_due(session: Session) -> None:
    late, early = add_items(session, 2)
    reminders.plan(session, late, "U1", NOON)
    reminders.plan(session, early, "U1", NOON - HOUR)
    assert claim(session) == [early, late]


def test_a_new_plan_replaces_the_old_one(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    reminders.plan(session, item, "U2", NOON + HOUR)
    assert reminders.next_due_at(session, item) == NOON + HOUR
    assert (claim(session), claim(session, 1)) == ([], [item])


def test_planning_none_removes_the_reminder(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    reminders.plan(session, item, "U1", None)
    assert reminders.next_due_at(session, item) is None
    assert claim(session, 9) == []


def test_a_plan_leaves_other_items_alone(session: Session) -> None:
    one, other = add_items(session, 2)
    reminders.plan(session, one, "U1", NOON)
    reminders.plan(session, other, "U1", None)
    assert claim(session) == [one]


def test_a_postponed_reminder_is_claimed_again_and_does_not_count_as_sent(
    session: Session, item: int
) -> None:
    reminders.plan(session, item, "U1", NOON)
    (claimed,) = reminders.claim_due(session, NOON)
    reminders.postpone(session, claimed, NOON + HOUR)
    assert reminders.last_sent_at(session, "U1", ()) is None
    assert (claim(session), claim(session, 1)) == ([], [item])


def test_the_last_reminder_of_an_owner_is_known(session: Session) -> None:
    ids: list[int] = []
    for hours, item in enumerate(add_items(session, 3)):
        reminders.plan(session, item, "U1", NOON)
        ids += [reminder.id for reminder in reminders.claim_due(session, NOON + hours * HOUR)]
    assert reminders.last_sent_at(session, "U1", ()) == NOON + 2 * HOUR
    assert reminders.last_sent_at(session, "U1", ids[-1:]) == NOON + HOUR


def test_reminders_of_others_and_pending_ones_do_not_count_as_sent(
    session: Session, item: int
) -> None:
    reminders.plan(session, item, "U2", NOON)
    claim(session)
    reminders.plan(session, item, "U1", NOON)
    assert reminders.last_sent_at(session, "U1", ()) is None


def test_six_concurrent_schedulers_claim_each_reminder_once(store: Store) -> None:
    with store.begin() as session:
        planned = add_items(session, 40)
        for item in planned:
            reminders.plan(session, item, "U1", NOON)

    def claim_all(_: int) -> list[int]:
        with store.begin() as session:
            return claim(session)

    assert (
        sorted(item_id for claimed in run_concurrently(6, claim_all) for item_id in claimed)
        == planned
    )


def test_a_failed_transaction_leaves_the_reminder_unclaimed(store: Store) -> None:
    with store.begin() as session:
        (item,) = add_items(session)
        reminders.plan(session, item, "U1", NOON)

    def claim_and_fail() -> None:
        with store.begin() as session:
            claim(session)
            raise LookupError

    with pytest.raises(LookupError):
        claim_and_fail()
    with store.begin() as session:
        assert claim(session) == [item]


def test_escalations_are_planned_alongside_the_owners_reminder(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON, "due")
    reminders.plan(session, item, "U2", NOON + HOUR, LEAD_STEP)
    reminders.plan(session, item, "", NOON + HOUR, CHANNEL_STEP)
    reminders.plan(session, item, "U1", NOON + 2 * HOUR, "after:7")
    assert reminders.next_due_at(session, item) == NOON + 2 * HOUR
    assert reminders.next_due_at(session, item, LEAD_STEP) == NOON + HOUR
    assert reminders.items_of(session, "U2") == {item}
    reminders.plan(session, item, "", None, LEAD_STEP)
    assert reminders.next_due_at(session, item, LEAD_STEP) is None
    assert [reminder.step for reminder in reminders.claim_due(session, NOON + 9 * HOUR)] == [
        CHANNEL_STEP,
        "after:7",
    ]


def test_a_sent_escalation_is_known_by_its_step_and_recipient(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON, LEAD_STEP)
    assert not reminders.is_sent(session, item, LEAD_STEP, NOON)
    (claimed,) = reminders.claim_due(session, NOON + HOUR)
    assert reminders.reassign(session, claimed, "U2").owner == "U2"
    assert reminders.is_sent(session, item, LEAD_STEP, NOON)
    assert not reminders.is_sent(
        session, item, LEAD_STEP, NOON + HOUR
    )  # the item had another due date then
    assert (
        reminders.find_last(session, item, "U2") is None
    )  # escalations aren't reminders of the recipient's own items
    (sent,) = reminders.list_sent(session, item)
    assert (sent.owner, sent.step, sent.sent_at) == ("U2", LEAD_STEP, NOON + HOUR)


def test_an_undelivered_reminder_replaces_the_next_one(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON, "due")
    (claimed,) = reminders.claim_due(session, NOON)
    assert reminders.find_last(session, item, "U1") == replace(claimed, sent_at=NOON)
    reminders.plan(session, item, "U1", NOON + 9 * HOUR, "after:7")
    reminders.put_back(session, claimed, NOON + HOUR)
    assert reminders.list_sent(session, item) == []
    assert claim(session, 12) == [item]
    (sent,) = reminders.by_ids(session, [claimed.id])
    reminders.discard(session, sent)
    assert reminders.list_sent(session, item) == []
