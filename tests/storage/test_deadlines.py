from datetime import timedelta

from bot.domain.deadline import Milestone
from storage import postmortem_deadlines
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, declare, run_concurrently

HOUR = timedelta(hours=1)


def test_a_deadline_reminder_is_claimed_once_when_due(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON + HOUR)
    assert postmortem_deadlines.claim_due(session, NOON) == []
    (claimed,) = postmortem_deadlines.claim_due(session, NOON + HOUR)
    assert (claimed.incident_id, claimed.step, claimed.person) == (incident, Milestone.START, "U1")
    assert postmortem_deadlines.claim_due(session, NOON + HOUR) == []
    assert postmortem_deadlines.list_reminded(session, incident, Milestone.START) == {"U1"}
    assert postmortem_deadlines.list_reminded(session, incident, Milestone.DRAFT) == set()


def test_replanning_moves_a_pending_deadline_but_not_a_sent_one(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON + HOUR)
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON)
    (claimed,) = postmortem_deadlines.claim_due(session, NOON)
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON)
    assert postmortem_deadlines.claim_due(session, NOON) == []
    postmortem_deadlines.discard(session, claimed)
    postmortem_deadlines.plan(session, incident, Milestone.START, "U1", NOON)  # required after all
    assert postmortem_deadlines.claim_due(session, NOON) == [claimed]


def test_a_postponed_deadline_reminder_is_claimed_again(session: Session) -> None:
    incident = declare(session).id
    postmortem_deadlines.plan(session, incident, Milestone.FINAL, "U1", NOON)
    (claimed,) = postmortem_deadlines.claim_due(session, NOON)
    assert postmortem_deadlines.last_sent(session, "U1", []) == NOON
    assert postmortem_deadlines.last_sent(session, "U1", [claimed.id]) is None
    assert postmortem_deadlines.last_sent(session, "U2", []) is None
    postmortem_deadlines.postpone(session, claimed, NOON + HOUR)
    assert postmortem_deadlines.last_sent(session, "U1", []) is None
    (again,) = postmortem_deadlines.claim_due(session, NOON + HOUR)
    assert postmortem_deadlines.by_ids(session, [again.id]) == [again]


def test_concurrent_claims_take_each_deadline_once(store: Store) -> None:
    with store.begin() as session:
        incident = declare(session).id
        for number in range(30):
            postmortem_deadlines.plan(session, incident, Milestone.START, f"U{number}", NOON)

    def claim(_: int) -> list[int]:
        with store.begin() as session:
            return [deadline.id for deadline in postmortem_deadlines.claim_due(session, NOON)]

    ids = [deadline_id for claimed in run_concurrently(6, claim) for deadline_id in claimed]
    assert len(ids) == len(set(ids)) == 30
