"""Votes as they are kept, on both databases."""

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


def test_it_is_over_from_its_end_on_until_it_is_closed(session: Session) -> None:
    votes.add(session, BALLOT)
    assert votes.list_ended(session, NOON - timedelta(seconds=1)) == []
    assert votes.list_ended(session, NOON) == [BALLOT]
    votes.close(session, "2026-Q1")
    assert votes.list_ended(session, NOON) == []


def test_it_is_found_by_the_message_that_asks_for_votes(session: Session) -> None:
    votes.add(session, BALLOT)
    put = outbox.enqueue(session, Job(kind=JobKind.BALLOT, lane="digest"), NOON)
    votes.save_job(session, "2026-Q1", put)
    assert votes.find_by_message(session, "C1", "1.1") is None
    outbox.mark_sent(session, put, at=NOON, channel_id="C1", message_id="1.1")
    assert votes.find_by_message(session, "C1", "1.1") == replace(BALLOT, job=put)
    assert votes.find_by_message(session, "C2", "1.1") is None


def test_the_newest_word_of_each_counts_in_whatever_order_it_comes(session: Session) -> None:
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


def test_a_vote_is_found_by_what_stands_in_it_and_by_what_won(session: Session) -> None:
    votes.add(session, BALLOT)
    assert votes.with_candidate(session, 3) == [BALLOT]
    assert votes.with_candidate(session, 4) == []
    votes.vote(session, "2026-Q1", "U1", 3, "1.1")
    votes.vote(session, "2026-Q1", "U2", 3, "1.1")
    votes.vote(session, "2026-Q1", "U3", 5, "1.1")
    assert votes.won_by(session, 3) == []  # it isn't over
    votes.close(session, "2026-Q1")
    assert votes.won_by(session, 3) == ["2026-Q1"]
    assert votes.won_by(session, 5) == []
