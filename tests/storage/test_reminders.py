from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action_item import ItemState
from bot.domain.reminder_ladder import CHANNEL_STEP, LEAD_STEP
from storage import action_items, reminders
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, declare, together

HOUR = timedelta(hours=1)


def items(session: Session, count: int = 1) -> list[int]:
    incident = declare(session)
    made = (
        action_items.add(
            session, incident_id=incident.id, text=f"item {number}", state=ItemState.OPEN,
            created_by="U1", created_at=NOON,
        )
        for number in range(count)
    )  # fmt: skip
    return [item.id for item in made]


@pytest.fixture
def item(session: Session) -> int:
    return items(session)[0]


def taken(session: Session, hours: int = 0) -> list[int]:
    return [each.item_id for each in reminders.claim_due(session, NOON + hours * HOUR)]


def test_a_reminder_is_due_from_its_moment_on(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON + HOUR)
    assert (taken(session, 0), taken(session, 1)) == ([], [item])


def test_a_reminder_is_taken_once(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    assert (taken(session), taken(session, 1)) == ([item], [])


def test_a_taken_reminder_says_whom_and_when(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    (found,) = reminders.claim_due(session, NOON + HOUR)
    assert (found.owner, found.due_at) == ("U1", NOON)


def test_what_was_due_first_comes_first(session: Session) -> None:
    late, early = items(session, 2)
    reminders.plan(session, late, "U1", NOON)
    reminders.plan(session, early, "U1", NOON - HOUR)
    assert taken(session) == [early, late]


def test_a_new_plan_replaces_the_old_one(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    reminders.plan(session, item, "U2", NOON + HOUR)
    assert reminders.next_due_at(session, item) == NOON + HOUR
    assert (taken(session), taken(session, 1)) == ([], [item])


def test_an_item_that_needs_no_reminder_has_none(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    reminders.plan(session, item, "U1", None)
    assert reminders.next_due_at(session, item) is None
    assert taken(session, 9) == []


def test_a_plan_leaves_other_items_alone(session: Session) -> None:
    one, other = items(session, 2)
    reminders.plan(session, one, "U1", NOON)
    reminders.plan(session, other, "U1", None)
    assert taken(session) == [one]


def test_a_reminder_taken_at_a_bad_hour_comes_again(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON)
    (found,) = reminders.claim_due(session, NOON)
    reminders.postpone(session, found, NOON + HOUR)
    assert reminders.last_sent_at(session, "U1", ()) is None
    assert (taken(session), taken(session, 1)) == ([], [item])


def test_when_an_owner_was_last_reminded_is_known(session: Session) -> None:
    ids: list[int] = []
    for hours, item in enumerate(items(session, 3)):
        reminders.plan(session, item, "U1", NOON)
        ids += [each.id for each in reminders.claim_due(session, NOON + hours * HOUR)]
    assert reminders.last_sent_at(session, "U1", ()) == NOON + 2 * HOUR
    assert reminders.last_sent_at(session, "U1", ids[-1:]) == NOON + HOUR


def test_others_reminders_and_waiting_ones_do_not_count_as_sent(
    session: Session, item: int
) -> None:
    reminders.plan(session, item, "U2", NOON)
    taken(session)
    reminders.plan(session, item, "U1", NOON)
    assert reminders.last_sent_at(session, "U1", ()) is None


def test_six_who_take_at_once_take_each_reminder_once(store: Store) -> None:
    with store.begin() as session:
        planned = items(session, 40)
        for item in planned:
            reminders.plan(session, item, "U1", NOON)

    def take(_: int) -> list[int]:
        with store.begin() as session:
            return taken(session)

    assert sorted(each for found in together(6, take) for each in found) == planned


def test_who_takes_and_fails_leaves_the_reminder(store: Store) -> None:
    with store.begin() as session:
        (item,) = items(session)
        reminders.plan(session, item, "U1", NOON)

    def take_and_fail() -> None:
        with store.begin() as session:
            taken(session)
            raise LookupError

    with pytest.raises(LookupError):
        take_and_fail()
    with store.begin() as session:
        assert taken(session) == [item]


def test_what_tells_others_is_planned_beside_the_item_s_own(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON, "due")
    reminders.plan(session, item, "U2", NOON + HOUR, LEAD_STEP)
    reminders.plan(session, item, "", NOON + HOUR, CHANNEL_STEP)
    reminders.plan(session, item, "U1", NOON + 2 * HOUR, "after:7")
    assert reminders.next_due_at(session, item) == NOON + 2 * HOUR
    assert reminders.next_due_at(session, item, LEAD_STEP) == NOON + HOUR
    assert reminders.items_of(session, "U2") == {item}
    reminders.plan(session, item, "", None, LEAD_STEP)
    assert reminders.next_due_at(session, item, LEAD_STEP) is None
    assert [each.step for each in reminders.claim_due(session, NOON + 9 * HOUR)] == [
        CHANNEL_STEP,
        "after:7",
    ]


def test_what_was_said_is_known_by_its_step_and_whom_it_went_to(
    session: Session, item: int
) -> None:
    reminders.plan(session, item, "U1", NOON, LEAD_STEP)
    assert not reminders.is_sent(session, item, LEAD_STEP, NOON)
    (found,) = reminders.claim_due(session, NOON + HOUR)
    assert reminders.reassign(session, found, "U2").owner == "U2"
    assert reminders.is_sent(session, item, LEAD_STEP, NOON)
    assert not reminders.is_sent(
        session, item, LEAD_STEP, NOON + HOUR
    )  # that was for an earlier date
    assert reminders.find_last(session, item, "U2") is None  # as one who was told that it is late
    (said,) = reminders.list_sent(session, item)
    assert (said.owner, said.step, said.sent_at) == ("U2", LEAD_STEP, NOON + HOUR)


def test_what_could_not_be_said_takes_the_place_of_the_next(session: Session, item: int) -> None:
    reminders.plan(session, item, "U1", NOON, "due")
    (found,) = reminders.claim_due(session, NOON)
    assert reminders.find_last(session, item, "U1") == replace(found, sent_at=NOON)
    reminders.plan(session, item, "U1", NOON + 9 * HOUR, "after:7")
    reminders.put_back(session, found, NOON + HOUR)
    assert reminders.list_sent(session, item) == []
    assert taken(session, 12) == [item]
    (said,) = reminders.by_ids(session, [found.id])
    reminders.discard(session, said)
    assert reminders.list_sent(session, item) == []
