from datetime import timedelta

from bot.domain.deadline import Milestone
from storage import postmortem_deadlines
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, declare, together

HOUR = timedelta(hours=1)


def test_a_nudge_is_taken_once_when_it_is_due(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON + HOUR)
    assert postmortem_deadlines.claim_due(session, NOON) == []
    (taken,) = postmortem_deadlines.claim_due(session, NOON + HOUR)
    assert (taken.incident_id, taken.step, taken.person) == (incident, Milestone.START, "U1")
    assert postmortem_deadlines.claim_due(session, NOON + HOUR) == []
    assert postmortem_deadlines.list_reminded(session, incident, Milestone.START) == {"U1"}
    assert postmortem_deadlines.list_reminded(session, incident, Milestone.DRAFT) == set()


def test_a_plan_that_changes_replaces_what_waits_and_leaves_what_was_said(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON + HOUR)
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON)
    (taken,) = postmortem_deadlines.claim_due(session, NOON)
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON)
    assert postmortem_deadlines.claim_due(session, NOON) == []
    postmortem_deadlines.discard(session, taken)
    postmortem_deadlines.plan(
        session, incident, Milestone.START, "U1", NOON
    )  # it is needed after all
    assert postmortem_deadlines.claim_due(session, NOON) == [taken]


def test_what_could_not_be_said_comes_again(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.FINAL, "U1", NOON)
    (taken,) = postmortem_deadlines.claim_due(session, NOON)
    assert postmortem_deadlines.last_sent(session, "U1", []) == NOON
    assert postmortem_deadlines.last_sent(session, "U1", [taken.id]) is None
    assert postmortem_deadlines.last_sent(session, "U2", []) is None
    postmortem_deadlines.postpone(session, taken, NOON + HOUR)
    assert postmortem_deadlines.last_sent(session, "U1", []) is None
    (again,) = postmortem_deadlines.claim_due(session, NOON + HOUR)
    assert postmortem_deadlines.by_ids(session, [again.id]) == [again]


def test_six_who_take_at_once_take_each_nudge_once(store: Store) -> None:
    with store.begin() as session:
        incident = declare(session).id
        for number in range(30):
            postmortem_deadlines.plan(session, incident, Milestone.START, f"U{number}", NOON)

    def take(_: int) -> list[int]:
        with store.begin() as session:
            return [each.id for each in postmortem_deadlines.claim_due(session, NOON)]

    ids = [each for found in together(6, take) for each in found]
    assert len(ids) == len(set(ids)) == 30
