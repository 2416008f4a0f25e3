"""Who decided that there be a postmortem, or none; and what came before an incident."""

from datetime import timedelta

import pytest

from bot.domain.incident import Status
from bot.domain.requirement import Decision
from storage import library_search, requirement_decisions
from storage.engine.store import Session
from storage.library_search import SearchRange
from tests.storage.conftest import NOON, declare

MONTH = timedelta(days=30)


def decide(session: Session, incident_id: int, number: int, *, wanted: bool) -> Decision:
    made = Decision(
        wanted=wanted,
        by=f"U{number}",
        at=NOON + timedelta(minutes=number),
        because=f"reason {number}: schön",
        event_id=f"deed-{number}",
    )
    requirement_decisions.add(session, incident_id, made)
    return made


def test_nothing_is_decided_at_first(session: Session) -> None:
    incident = declare(session)
    assert requirement_decisions.find_request(session, incident.id) is None
    assert requirement_decisions.find_waiver(session, incident.id) is None


def test_a_decision_comes_back_as_it_was_made(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    skipped = decide(session, one.id, 1, wanted=False)
    session.expire_all()
    assert requirement_decisions.find_waiver(session, one.id) == skipped
    assert requirement_decisions.find_waiver(session, other.id) is None


def test_the_last_decision_counts_and_asking_stays_asked(session: Session) -> None:
    incident = declare(session)
    decide(session, incident.id, 1, wanted=False)
    asked = decide(session, incident.id, 2, wanted=True)
    assert requirement_decisions.find_waiver(session, incident.id) is None
    assert requirement_decisions.find_request(session, incident.id) == asked
    skipped = decide(session, incident.id, 3, wanted=False)
    assert requirement_decisions.find_waiver(session, incident.id) == skipped
    assert requirement_decisions.find_request(session, incident.id) == asked


@pytest.mark.parametrize(
    ("days", "facts", "named"),
    [
        (1, {}, True),
        (30, {}, True),
        (31, {}, False),
        (-1, {}, False),
        (1, {"status": Status.CANCELLED}, False),
        (1, {"status": Status.RESOLVED}, True),
        (1, {"private": True}, False),
    ],
)
def test_the_incidents_of_the_days_before(
    session: Session,
    days: int,
    facts: dict[str, object],
    named: bool,  # noqa: FBT001
) -> None:
    declare(session, 1, declared_at=NOON - timedelta(days=days), **facts)
    found = library_search.recent(session, declare(session, 2), SearchRange(NOON - MONTH, NOON, 10))
    assert [each.key for each, _ in found] == (["INC-2026-001"] if named else [])


def test_the_last_one_before_comes_first(session: Session) -> None:
    for number, days in ((1, 9), (2, 3), (3, 6)):
        declare(session, number, declared_at=NOON - timedelta(days=days))
    now = declare(session, 4)
    found = library_search.recent(session, now, SearchRange(NOON - MONTH, NOON, 10))
    assert [each.key[-1] for each, _ in found] == ["2", "3", "1"]
    assert len(library_search.recent(session, now, SearchRange(NOON - MONTH, NOON, 2))) == 2
