from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.job import COALESCED, Job, JobKind
from storage import outbox, outbox_claims, sent_messages
from storage.engine.store import Session, Store
from storage.outbox_claims import ClaimTerms
from tests.storage.conftest import NOON, declare, run_concurrently

LEASE, PACE = timedelta(seconds=30), timedelta(seconds=1)
TERMS = ClaimTerms(lease=LEASE, pace=PACE)
SECOND = timedelta(seconds=1)


def enqueue(
    session: Session, lane: str = "a", kind: JobKind = JobKind.NOTICE, **changes: Any
) -> int:
    return outbox.enqueue(session, Job(kind=kind, lane=lane, **changes), NOON)


def claim(session: Session, at: datetime = NOON, most: int = 10) -> list[int]:
    found = outbox_claims.claim(session, at, TERMS, most)
    return [job.id for job in found]


def mark_sent(session: Session, posting_id: int, at: datetime = NOON) -> None:
    outbox.mark_sent(session, posting_id, at=at, channel_id="C1", message_id=f"{posting_id}.0")


def mark_done(session: Session, posting_id: int, at: datetime = NOON) -> None:
    """Finish a job that posts no message: an invitation, a topic."""
    outbox.mark_sent(session, posting_id, at=at, channel_id=None, message_id=None)


def test_a_job_is_read_back_as_stored(session: Session) -> None:
    first, incident = enqueue(session, "b"), declare(session)
    job = Job(
        kind=JobKind.ITEM_THREAD, lane="a", about={"item": 3, "draft": True},
        incident_id=incident.id, answers=first,
    )  # fmt: skip
    outbox.enqueue(session, job, NOON)
    claimed = outbox_claims.claim(session, NOON, TERMS, 10)[1]
    assert (claimed.kind, claimed.lane, claimed.about) == (job.kind, job.lane, job.about)
    assert (claimed.incident_id, claimed.answers) == (incident.id, first)
    assert claimed.attempts == 0


def test_each_job_has_its_own_uuid(session: Session) -> None:
    for lane in "abc":
        enqueue(session, lane)
    found = outbox_claims.claim(session, NOON, TERMS, 10)
    assert len({job.uuid for job in found} - {""}) == 3


def test_jobs_of_a_lane_are_claimed_in_the_order_they_were_enqueued(session: Session) -> None:
    enqueued = [enqueue(session) for _ in range(4)]
    sent = []
    for step in range(4):
        sent += claim(session, NOON + step * PACE)
        mark_sent(session, sent[-1], NOON + step * PACE)
    assert sent == enqueued


def test_a_lane_has_one_claimed_job_at_a_time(session: Session) -> None:
    first, _second = enqueue(session), enqueue(session)
    assert (claim(session), claim(session)) == ([first], [])


def test_a_lane_does_not_wait_for_another(session: Session) -> None:
    first, _, other = enqueue(session, "a"), enqueue(session, "a"), enqueue(session, "b")
    assert claim(session) == [first, other]


def test_a_claim_takes_no_more_jobs_than_requested(session: Session) -> None:
    for number in range(9):
        enqueue(session, f"lane {number}")
    assert len(claim(session, most=4)) == 4


def test_a_lane_pauses_after_posting_a_message(session: Session) -> None:
    first, second = enqueue(session), enqueue(session)
    claim(session)
    mark_sent(session, first)
    assert claim(session, NOON + PACE - SECOND / 10) == []
    assert claim(session, NOON + PACE) == [second]


def test_a_lane_does_not_pause_after_a_job_without_a_message(session: Session) -> None:
    first, second = enqueue(session), enqueue(session)
    claim(session)
    mark_done(session, first)
    assert claim(session) == [second]


def test_jobs_of_a_dead_worker_are_taken_over_after_the_lease(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    assert claim(session, NOON + LEASE) == []
    assert claim(session, NOON + LEASE + SECOND) == [first]


def test_a_retry_keeps_the_uuid_and_counts_attempts(session: Session) -> None:
    enqueue(session)
    attempts = [
        outbox_claims.claim(session, at, TERMS, 1)[0] for at in (NOON, NOON + LEASE + SECOND)
    ]
    assert attempts[0].uuid == attempts[1].uuid
    assert [attempt.attempts for attempt in attempts] == [0, 1]


def test_a_job_to_retry_later_delays_its_lane(session: Session) -> None:
    first, _second = enqueue(session), enqueue(session)
    claim(session)
    outbox.retry_later(
        session, first, not_before=NOON + 9 * SECOND, trouble="ratelimited", unsure=False
    )
    assert claim(session, NOON + 8 * SECOND) == []
    assert claim(session, NOON + 9 * SECOND) == [first]


def test_a_job_set_aside_is_never_claimed_and_does_not_hold_up_its_lane(session: Session) -> None:
    first, second = enqueue(session), enqueue(session)
    claim(session)
    outbox.set_aside(session, first, "channel_not_found")
    assert claim(session, NOON + 9 * LEASE) == [second]


def test_jobs_set_aside_are_listed_with_their_reason(session: Session) -> None:
    incident = declare(session)
    first = enqueue(session, kind=JobKind.PIN, incident_id=incident.id)
    enqueue(session)
    outbox.set_aside(session, first, "no_permission")
    assert outbox.list_set_aside(session) == [
        outbox.SetAsideJob(
            id=first, kind=JobKind.PIN, incident_id=incident.id, reason="no_permission"
        )
    ]  # fmt: skip


def test_a_sent_job_is_not_claimed_again(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    mark_sent(session, first)
    assert claim(session, NOON + 9 * LEASE) == []


@pytest.mark.parametrize("kind", sorted(COALESCED))
def test_a_coalesced_kind_has_one_pending_job(session: Session, kind: JobKind) -> None:
    assert enqueue(session, kind=kind) == enqueue(session, kind=kind)
    assert outbox.unfinished(session) == 1


@pytest.mark.parametrize("kind", sorted(set(JobKind) - COALESCED))
def test_other_kinds_are_enqueued_each_time(session: Session, kind: JobKind) -> None:
    assert enqueue(session, kind=kind) != enqueue(session, kind=kind)


@pytest.mark.parametrize("other", [{"lane": "b"}, {"about": {"item": 2}}, {"kind": JobKind.ITEM}])
def test_cards_of_another_lane_item_or_kind_are_separate_jobs(
    session: Session, other: dict[str, Any]
) -> None:
    card: dict[str, Any] = {"lane": "a", "about": {"item": 1}, "kind": JobKind.CARD}
    assert enqueue(session, **card) != enqueue(session, **(card | other))


def test_a_claimed_card_does_not_absorb_a_newer_one(session: Session) -> None:
    first = enqueue(session, kind=JobKind.CARD)
    claim(session)
    assert enqueue(session, kind=JobKind.CARD) != first


def test_a_card_with_an_unknown_outcome_does_not_absorb_a_newer_one(session: Session) -> None:
    first = enqueue(session, kind=JobKind.CARD)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="timed out", unsure=True)
    assert enqueue(session, kind=JobKind.CARD) != first


def test_a_posted_message_is_known_only_after_sending(session: Session) -> None:
    first = enqueue(session)
    before = outbox.find_posted_message(session, first)
    mark_sent(session, first)
    assert (before, outbox.find_posted_message(session, first)) == (None, ("C1", f"{first}.0"))


def test_the_newest_job_of_a_kind_is_found_sent_or_not(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    sent = enqueue(session, kind=JobKind.SUMMARY, incident_id=one.id)
    mark_sent(session, sent)
    assert outbox.find_last_id(session, one.id, JobKind.SUMMARY) == sent
    waiting = enqueue(session, kind=JobKind.SUMMARY, incident_id=one.id)
    enqueue(session, kind=JobKind.CARD, incident_id=one.id)
    enqueue(session, kind=JobKind.SUMMARY, incident_id=other.id)
    assert outbox.find_last_id(session, one.id, JobKind.SUMMARY) == waiting
    assert outbox.find_last_id(session, other.id, JobKind.FILE) is None


def test_a_part_is_found_once_it_was_posted(session: Session) -> None:
    head = enqueue(session, kind=JobKind.SUMMARY)
    parts = [
        enqueue(session, kind=JobKind.SECTION, about={"part": n}, answers=head) for n in (0, 1, 2)
    ]
    for part in parts[:2]:
        mark_sent(session, part)
    assert outbox.find_part_message(session, head, 1) == ("C1", f"{parts[1]}.0")
    assert outbox.find_part_message(session, head, 2) is None
    assert outbox.find_part_message(session, parts[0], 1) is None


def test_an_unknown_job_has_no_posted_message(session: Session) -> None:
    assert outbox.find_posted_message(session, 404) is None


def test_pending_and_claimed_jobs_are_unfinished(session: Session) -> None:
    for lane in "abcd":
        enqueue(session, lane)
    _, sent, aside = claim(session, most=3)
    mark_sent(session, sent)
    outbox.set_aside(session, aside, "is_archived")
    assert outbox.unfinished(session) == 2


def test_six_concurrent_workers_claim_every_job_once(store: Store) -> None:
    with store.begin() as session:
        enqueued = [enqueue(session, f"lane {number}") for number in range(60)]

    def claim_repeatedly(_: int) -> list[int]:
        taken: list[int] = []
        for _again in range(20):
            with store.begin() as session:
                taken += claim(session, most=3)
        return taken

    assert (
        sorted(job_id for taken in run_concurrently(6, claim_repeatedly) for job_id in taken)
        == enqueued
    )


def test_six_concurrent_workers_keep_the_order_of_each_lane(store: Store) -> None:
    with store.begin() as session:
        for number in range(30):
            enqueue(session, f"lane {number % 3}")
    done: list[int] = []

    def send_one() -> bool:
        with store.begin() as session:
            taken = claim(session)
        done.extend(taken)
        with store.begin() as session:
            for job_id in taken:
                mark_done(session, job_id)
            return outbox.unfinished(session) == 0

    run_concurrently(6, lambda _: next(done for done in iter(send_one, None) if done))
    lanes = [[job_id for job_id in done if job_id % 3 == lane] for lane in range(3)]
    assert len(done) == 30
    assert lanes == [sorted(lane) for lane in lanes]


def test_a_renewed_claim_is_not_taken_over(session: Session) -> None:
    first = enqueue(session)
    (job,) = outbox_claims.claim(session, NOON, TERMS, 1)
    outbox_claims.renew(session, [job], NOON + 2 * LEASE)
    assert claim(session, NOON + LEASE + SECOND) == []
    assert claim(session, NOON + 2 * LEASE + SECOND) == [first]


def test_a_claim_that_was_taken_over_is_no_longer_held(session: Session) -> None:
    enqueue(session)
    (job,) = outbox_claims.claim(session, NOON, TERMS, 1)
    assert outbox_claims.is_held(session, job)
    (taken_over,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert not outbox_claims.is_held(session, job)
    assert outbox_claims.is_held(session, taken_over)
    outbox_claims.renew(session, [job], NOON + 9 * LEASE)
    assert outbox_claims.is_held(session, taken_over)


def test_a_clock_set_back_holds_up_no_job(session: Session) -> None:
    back = NOON - timedelta(hours=3)
    first, second = enqueue(session), enqueue(session)
    claim(session)
    mark_sent(session, first)
    assert claim(session, back) == [second]
    enqueue(session, "b")
    (other,) = outbox_claims.claim(session, NOON, TERMS, 1)
    assert claim(session, back) == [other.id]  # no claim lasts that long
    outbox.retry_later(
        session, other.id, not_before=NOON + LEASE, trouble="fatal_error", unsure=True
    )
    assert claim(session, back) == [other.id]


def test_a_job_that_was_certainly_not_sent_has_no_doubt(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="ratelimited", unsure=False)
    (job,) = outbox_claims.claim(session, NOON + SECOND, TERMS, 1)
    assert (job.attempts, job.unsure_since) == (1, None)


def test_a_job_with_an_unknown_outcome_keeps_the_time_of_the_first_doubt(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="timed out", unsure=True)
    claim(session, NOON + SECOND)
    outbox.retry_later(session, first, not_before=NOON, trouble="ratelimited", unsure=False)
    (job,) = outbox_claims.claim(session, NOON + 2 * SECOND, TERMS, 1)
    assert job.unsure_since == NOON


def test_a_job_of_a_dead_worker_may_have_been_sent(session: Session) -> None:
    enqueue(session)
    claim(session)
    (job,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert job.unsure_since == NOON


def test_saved_progress_is_passed_to_the_next_attempt(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    outbox.save_progress(session, first, {"before": "1.0"})
    (job,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert job.progress == {"before": "1.0"}


def test_jobs_set_aside_can_be_retried(session: Session) -> None:
    first = enqueue(session)
    claim(session)
    outbox.set_aside(session, first, "missing_scope")
    assert outbox.retry_set_aside(session) == 1
    assert claim(session) == [first]


def test_cards_of_different_incidents_in_one_lane_are_separate_jobs(session: Session) -> None:
    one, other = declare(session), declare(session, 2)
    job_ids = [
        enqueue(session, "announcements", JobKind.ANNOUNCEMENT, incident_id=incident.id)
        for incident in (one, other, one)
    ]
    assert job_ids[0] == job_ids[2] != job_ids[1]


def test_a_card_is_not_claimed_while_its_incident_is_being_changed(store: Store) -> None:
    with store.begin() as session:
        first = enqueue(session, kind=JobKind.CARD)
    if store.kind == "sqlite":  # one transaction at a time
        return
    with store.begin() as changing:
        enqueue(changing, kind=JobKind.CARD)
        with store.begin() as sender:
            assert claim(sender) == []
    with store.begin() as sender:
        assert claim(sender) == [first]


def test_a_lane_has_unfinished_work_until_its_job_is_sent(session: Session) -> None:
    first = enqueue(session)
    assert outbox.has_unfinished(session, "a")
    claim(session)
    assert outbox.has_unfinished(session, "a")
    mark_sent(session, first)
    assert not outbox.has_unfinished(session, "a")


def test_retry_now_hurries_jobs_without_a_response_but_not_rate_limited_ones(
    session: Session,
) -> None:
    unanswered, limited = enqueue(session, "a"), enqueue(session, "b")
    claim(session)
    later = NOON + 300 * SECOND
    outbox.retry_later(session, unanswered, not_before=later, trouble="no answer", unsure=True)
    outbox.retry_later(session, limited, not_before=later, trouble="ratelimited", unsure=True)
    outbox.retry_now(session, NOON + SECOND, except_troubles={"ratelimited"})
    assert claim(session, NOON + SECOND) == [unanswered]


def test_the_last_posted_job_of_a_kind_is_found_by_lane_or_by_message(session: Session) -> None:
    first, last, unsent = (
        enqueue(session, "person:U1", JobKind.REMINDER, about={"n": n}) for n in (1, 2, 3)
    )
    other, notice = enqueue(session, "person:U2", JobKind.REMINDER), enqueue(session, "person:U1")
    for job_id in (first, last, other, notice):
        mark_sent(session, job_id)
    found = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER)
    assert found is not None
    assert (found.id, found.about) == (last, {"n": 2})
    named = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER, f"{first}.0")
    assert named is not None
    assert named.id == first
    for elsewhere in (unsent, other, notice):
        unrelated = outbox.find_last_posted(
            session, "person:U1", JobKind.REMINDER, f"{elsewhere}.0"
        )
        assert unrelated is None
    assert outbox.find_last_posted(session, "person:U3", JobKind.REMINDER) is None


def test_the_message_before_an_attempt_is_found_in_its_lane_and_channel(
    session: Session,
) -> None:
    first, second, third = (enqueue(session) for _ in range(3))
    for number, job_id in enumerate((first, second)):
        outbox.mark_sent(
            session,
            job_id,
            at=NOON + number * SECOND,
            channel_id="C1",
            message_id=f"{number}.000000",
        )
    tried = Job(kind=JobKind.NOTICE, lane="a", id=third, unsure_since=NOON + SECOND)
    assert sent_messages.find_last_before(session, tried, "C1") == "1.000000"
    assert (
        sent_messages.find_last_before(session, replace(tried, unsure_since=NOON), "C1")
        == "0.000000"
    )
    assert sent_messages.find_last_before(session, replace(tried, id=second), "C1") == "0.000000"
    assert sent_messages.find_last_before(session, tried, "C2") == "0"
    assert sent_messages.find_last_before(session, replace(tried, lane="b"), "C1") == "0"
