"""Stored votes, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.job import Job, JobKind
from storage import outbox, votes
from storage.engine.store import Session
from storage.votes import Ballot
from tests.storage.conftest import NOON

BALLOT = Ballot(quarter="2026-Q1", candidates=(3, 5), closes_at=NOON)


def test_a_quarter_has_one_vote(session: Session) -> None:
    assert votes.add(session, BALLOT)
    assert not votes.add(session, replace(BALLOT, candidates=(1,)))
    assert votes.of_quarter(session, "2026-Q1") == BALLOT
    assert votes.of_quarter(session, "2026-Q2") is None


def test_a_vote_is_listed_as_ended_until_it_is_closed(session: Session) -> None:
    votes.add(session, BALLOT)
    assert votes.list_ended(session, NOON - timedelta(seconds=1)) == []
    assert votes.list_ended(session, NOON) == [BALLOT]
    votes.close(session, "2026-Q1")
    assert votes.list_ended(session, NOON) == []


def test_a_vote_is_found_by_its_message(session: Session) -> None:
    votes.add(session, BALLOT)
    job_id = outbox.enqueue(session, Job(kind=JobKind.BALLOT, lane="digest"), NOON)
    votes.save_job(session, "2026-Q1", job_id)
    assert votes.find_by_message(session, "C1", "1.1") is None
    outbox.mark_sent(session, job_id, at=NOON, channel_id="C1", message_id="1.1")
    assert votes.find_by_message(session, "C1", "1.1") == replace(BALLOT, job=job_id)
    assert votes.find_by_message(session, "C2", "1.1") is None


def test_the_newest_choice_of_each_person_counts_whatever_order_choices_arrive_in(
    session: Session,
) -> None:
    votes.add(session, BALLOT)
    assert votes.vote(session, "2026-Q1", "U1", 3, "100.2")
    assert not votes.vote(session, "2026-Q1", "U1", 5, "100.1")
    assert votes.vote(session, "2026-Q1", "U2", 3, "100.1")
    assert votes.count_votes(session, "2026-Q1") == {3: 2}
    assert votes.vote(session, "2026-Q1", "U1", 5, "100.3")
    assert votes.count_votes(session, "2026-Q1") == {3: 1, 5: 1}
    assert votes.of_person(session, "2026-Q1", "U1") == 5
    assert votes.vote(session, "2026-Q1", "U1", 0, "100.4")
    assert votes.of_person(session, "2026-Q1", "U1") is None
    assert votes.count_votes(session, "2026-Q1") == {3: 1}


def test_a_vote_is_found_by_its_candidates_and_by_its_winner(session: Session) -> None:
    votes.add(session, BALLOT)
    assert votes.with_candidate(session, 3) == [BALLOT]
    assert votes.with_candidate(session, 4) == []
    votes.vote(session, "2026-Q1", "U1", 3, "1.1")
    votes.vote(session, "2026-Q1", "U2", 3, "1.1")
    votes.vote(session, "2026-Q1", "U3", 5, "1.1")
    assert votes.won_by(session, 3) == []  # still open
    votes.close(session, "2026-Q1")
    assert votes.won_by(session, 3) == ["2026-Q1"]
    assert votes.won_by(session, 5) == []
