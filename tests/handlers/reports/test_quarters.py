"""Quarters, and votes that are too late or invalid."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.actor import Actor
from bot.domain.errors import NoSuchCandidate, VoteOver
from bot.reports import postmortem_votes
from storage import votes
from storage.engine import schema
from storage.engine.store import Store
from storage.votes import Ballot
from tests.storage.conftest import NOON, declare

VOTER = Actor(person="U1", channel_id="C1", request_id="r", at=NOON)


@pytest.mark.parametrize(
    ("today", "name", "start", "end"),
    [
        (date(2026, 1, 1), "2025-Q4", date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), "2025-Q4", date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 4, 1), "2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 9, 30), "2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), "2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
    ],
)
def test_the_previous_quarter_is_computed_from_a_date(
    today: date, name: str, start: date, end: date
) -> None:
    assert postmortem_votes.quarter_before(today) == (name, start, end)


def test_a_vote_that_is_too_late_or_for_no_candidate_is_rejected(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/debrief.db")
    schema.upgrade(store)
    with store.begin() as session:
        incident = declare(session)
        ends = NOON + timedelta(days=7)
        votes.add(session, Ballot(quarter="2026-Q1", candidates=(incident.id,), closes_at=ends))
        assert postmortem_votes.vote(session, VOTER, "2026-Q1", 1) == incident
        with pytest.raises(NoSuchCandidate, match="Choose a number from 1 to 1"):
            postmortem_votes.vote(session, VOTER, "2026-Q1", 2)
        with pytest.raises(VoteOver):
            postmortem_votes.vote(session, replace(VOTER, at=ends), "2026-Q1", 1)
        with pytest.raises(VoteOver):
            postmortem_votes.vote(session, VOTER, "2027-Q9", 1)
        assert votes.count_votes(session, "2026-Q1") == {incident.id: 1}
    store.close()
