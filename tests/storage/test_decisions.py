"""Decisions about requiring a postmortem, and recent incidents before a new one."""

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
    decision = Decision(
        wanted=wanted,
        by=f"U{number}",
        at=NOON + timedelta(minutes=number),
        because=f"reason {number}: schön",
        event_id=f"deed-{number}",
    )
    requirement_decisions.add(session, incident_id, decision)
    return decision


def test_a_new_incident_has_no_postmortem_decision(session: Session) -> None:
    incident = declare(session)
    assert requirement_decisions.find_request(session, incident.id) is None
    assert requirement_decisions.find_waiver(session, incident.id) is None


def test_a_decision_is_read_back_as_stored(session: Session) -> None:
    incident, other = declare(session, 1), declare(session, 2)
    waiver = decide(session, incident.id, 1, wanted=False)
    session.expire_all()
    assert requirement_decisions.find_waiver(session, incident.id) == waiver
    assert requirement_decisions.find_waiver(session, other.id) is None


def test_the_last_decision_counts_and_the_last_request_is_kept(session: Session) -> None:
    incident = declare(session)
    decide(session, incident.id, 1, wanted=False)
    request = decide(session, incident.id, 2, wanted=True)
    assert requirement_decisions.find_waiver(session, incident.id) is None
    assert requirement_decisions.find_request(session, incident.id) == request
    waiver = decide(session, incident.id, 3, wanted=False)
    assert requirement_decisions.find_waiver(session, incident.id) == waiver
    assert requirement_decisions.find_request(session, incident.id) == request


@pytest.mark.parametrize(
    ("days", "facts", "is_listed"),
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
def test_recent_incidents_are_public_uncancelled_and_from_the_last_thirty_days(
    session: Session,
    days: int,
    facts: dict[str, object],
    is_listed: bool,  # noqa: FBT001
) -> None:
    declare(session, 1, declared_at=NOON - timedelta(days=days), **facts)
    found = library_search.recent(session, declare(session, 2), SearchRange(NOON - MONTH, NOON, 10))
    assert [incident.key for incident, _ in found] == (["INC-2026-001"] if is_listed else [])


def test_recent_incidents_are_listed_newest_first(session: Session) -> None:
    for number, days in ((1, 9), (2, 3), (3, 6)):
        declare(session, number, declared_at=NOON - timedelta(days=days))
    current = declare(session, 4)
    found = library_search.recent(session, current, SearchRange(NOON - MONTH, NOON, 10))
    assert [incident.key[-1] for incident, _ in found] == ["2", "3", "1"]
    assert len(library_search.recent(session, current, SearchRange(NOON - MONTH, NOON, 2))) == 2
