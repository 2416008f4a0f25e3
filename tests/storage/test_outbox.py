from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.job import COALESCED, Job, JobKind
from storage import outbox, outbox_claims, sent_messages
from storage.engine.store import Session, Store
from storage.outbox_claims import ClaimTerms
from tests.storage.conftest import NOON, declare, together

LEASE, PACE = timedelta(seconds=30), timedelta(seconds=1)
TERMS = ClaimTerms(lease=LEASE, pace=PACE)
SECOND = timedelta(seconds=1)


def put(session: Session, lane: str = "a", kind: JobKind = JobKind.NOTICE, **changes: Any) -> int:
    return outbox.enqueue(session, Job(kind=kind, lane=lane, **changes), NOON)


def claim(session: Session, at: datetime = NOON, most: int = 10) -> list[int]:
    found = outbox_claims.claim(session, at, TERMS, most)
    return [job.id for job in found]


def say(session: Session, posting_id: int, at: datetime = NOON) -> None:
    outbox.mark_sent(session, posting_id, at=at, channel_id="C1", message_id=f"{posting_id}.0")


def do(session: Session, posting_id: int, at: datetime = NOON) -> None:
    """A deed that says nothing: an invitation, a topic."""
    outbox.mark_sent(session, posting_id, at=at, channel_id=None, message_id=None)


def test_a_posting_comes_back_as_it_was_written(session: Session) -> None:
    first, incident = put(session, "b"), declare(session)
    given = Job(
        kind=JobKind.ITEM_THREAD, lane="a", about={"item": 3, "draft": True},
        incident_id=incident.id, answers=first,
    )  # fmt: skip
    outbox.enqueue(session, given, NOON)
    found = outbox_claims.claim(session, NOON, TERMS, 10)[1]
    assert (found.kind, found.lane, found.about) == (given.kind, given.lane, given.about)
    assert (found.incident_id, found.answers) == (incident.id, first)
    assert found.attempts == 0


def test_each_posting_has_a_uuid_of_its_own(session: Session) -> None:
    for lane in "abc":
        put(session, lane)
    found = outbox_claims.claim(session, NOON, TERMS, 10)
    assert len({job.uuid for job in found} - {""}) == 3


def test_a_lane_goes_out_in_the_order_in_which_it_was_written(session: Session) -> None:
    written = [put(session) for _ in range(4)]
    said = []
    for step in range(4):
        said += claim(session, NOON + step * PACE)
        say(session, said[-1], NOON + step * PACE)
    assert said == written


def test_one_of_a_lane_is_on_its_way_at_a_time(session: Session) -> None:
    first, _second = put(session), put(session)
    assert (claim(session), claim(session)) == ([first], [])


def test_a_lane_does_not_wait_for_another(session: Session) -> None:
    first, _, other = put(session, "a"), put(session, "a"), put(session, "b")
    assert claim(session) == [first, other]


def test_a_claim_takes_no_more_than_asked(session: Session) -> None:
    for number in range(9):
        put(session, f"lane {number}")
    assert len(claim(session, most=4)) == 4


def test_a_lane_rests_after_it_said_something(session: Session) -> None:
    first, second = put(session), put(session)
    claim(session)
    say(session, first)
    assert claim(session, NOON + PACE - SECOND / 10) == []
    assert claim(session, NOON + PACE) == [second]


def test_a_lane_need_not_rest_after_a_silent_deed(session: Session) -> None:
    first, second = put(session), put(session)
    claim(session)
    do(session, first)
    assert claim(session) == [second]


def test_what_a_dead_sender_held_is_taken_over_after_the_lease(session: Session) -> None:
    first = put(session)
    claim(session)
    assert claim(session, NOON + LEASE) == []
    assert claim(session, NOON + LEASE + SECOND) == [first]


def test_a_second_try_has_the_same_uuid_and_counts_the_first(session: Session) -> None:
    put(session)
    tries = [outbox_claims.claim(session, at, TERMS, 1)[0] for at in (NOON, NOON + LEASE + SECOND)]
    assert tries[0].uuid == tries[1].uuid
    assert [each.attempts for each in tries] == [0, 1]


def test_a_posting_given_back_waits_and_so_does_its_lane(session: Session) -> None:
    first, _second = put(session), put(session)
    claim(session)
    outbox.retry_later(
        session, first, not_before=NOON + 9 * SECOND, trouble="ratelimited", unsure=False
    )
    assert claim(session, NOON + 8 * SECOND) == []
    assert claim(session, NOON + 9 * SECOND) == [first]


def test_a_posting_set_aside_is_never_taken_and_its_lane_goes_on(session: Session) -> None:
    first, second = put(session), put(session)
    claim(session)
    outbox.set_aside(session, first, "channel_not_found")
    assert claim(session, NOON + 9 * LEASE) == [second]


def test_what_was_set_aside_is_listed_with_its_reason(session: Session) -> None:
    incident = declare(session)
    first = put(session, kind=JobKind.PIN, incident_id=incident.id)
    put(session)
    outbox.set_aside(session, first, "no_permission")
    assert outbox.list_set_aside(session) == [
        outbox.SetAsideJob(
            id=first, kind=JobKind.PIN, incident_id=incident.id, reason="no_permission"
        )
    ]  # fmt: skip


def test_what_was_said_is_not_taken_again(session: Session) -> None:
    first = put(session)
    claim(session)
    say(session, first)
    assert claim(session, NOON + 9 * LEASE) == []


@pytest.mark.parametrize("kind", sorted(COALESCED))
def test_what_shows_the_present_waits_only_once(session: Session, kind: JobKind) -> None:
    assert put(session, kind=kind) == put(session, kind=kind)
    assert outbox.unfinished(session) == 1


@pytest.mark.parametrize("kind", sorted(set(JobKind) - COALESCED))
def test_everything_else_is_said_each_time(session: Session, kind: JobKind) -> None:
    assert put(session, kind=kind) != put(session, kind=kind)


@pytest.mark.parametrize("other", [{"lane": "b"}, {"about": {"item": 2}}, {"kind": JobKind.ITEM}])
def test_another_card_is_not_the_same_card(session: Session, other: dict[str, Any]) -> None:
    card: dict[str, Any] = {"lane": "a", "about": {"item": 1}, "kind": JobKind.CARD}
    assert put(session, **card) != put(session, **(card | other))


def test_a_card_on_its_way_does_not_hold_back_a_newer_one(session: Session) -> None:
    first = put(session, kind=JobKind.CARD)
    claim(session)
    assert put(session, kind=JobKind.CARD) != first


def test_a_card_whose_outcome_is_unknown_does_not_stand_for_a_newer_one(session: Session) -> None:
    first = put(session, kind=JobKind.CARD)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="timed out", unsure=True)
    assert put(session, kind=JobKind.CARD) != first


def test_where_it_was_said_is_known_once_it_was_said(session: Session) -> None:
    first = put(session)
    before = outbox.find_posted_message(session, first)
    say(session, first)
    assert (before, outbox.find_posted_message(session, first)) == (None, ("C1", f"{first}.0"))


def test_the_newest_of_a_kind_is_found_whether_it_was_said_or_not(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    said = put(session, kind=JobKind.SUMMARY, incident_id=one.id)
    say(session, said)
    assert outbox.find_last_id(session, one.id, JobKind.SUMMARY) == said
    waiting = put(session, kind=JobKind.SUMMARY, incident_id=one.id)
    put(session, kind=JobKind.CARD, incident_id=one.id)
    put(session, kind=JobKind.SUMMARY, incident_id=other.id)
    assert outbox.find_last_id(session, one.id, JobKind.SUMMARY) == waiting
    assert outbox.find_last_id(session, other.id, JobKind.FILE) is None


def test_a_part_is_found_where_it_was_said(session: Session) -> None:
    head = put(session, kind=JobKind.SUMMARY)
    parts = [put(session, kind=JobKind.SECTION, about={"part": n}, answers=head) for n in (0, 1, 2)]
    for part in parts[:2]:
        say(session, part)
    assert outbox.find_part_message(session, head, 1) == ("C1", f"{parts[1]}.0")
    assert outbox.find_part_message(session, head, 2) is None
    assert outbox.find_part_message(session, parts[0], 1) is None


def test_what_was_never_said_is_nowhere(session: Session) -> None:
    assert outbox.find_posted_message(session, 404) is None


def test_what_waits_or_is_on_its_way_is_unfinished(session: Session) -> None:
    for lane in "abcd":
        put(session, lane)
    _, said, aside = claim(session, most=3)
    say(session, said)
    outbox.set_aside(session, aside, "is_archived")
    assert outbox.unfinished(session) == 2


def test_six_senders_at_once_take_every_posting_once(store: Store) -> None:
    with store.begin() as session:
        written = [put(session, f"lane {number}") for number in range(60)]

    def send(_: int) -> list[int]:
        taken: list[int] = []
        for _again in range(20):
            with store.begin() as session:
                taken += claim(session, most=3)
        return taken

    assert sorted(each for taken in together(6, send) for each in taken) == written


def test_six_senders_at_once_keep_the_order_of_each_lane(store: Store) -> None:
    with store.begin() as session:
        for number in range(30):
            put(session, f"lane {number % 3}")
    said: list[int] = []

    def send_one() -> bool:
        with store.begin() as session:
            taken = claim(session)
        said.extend(taken)
        with store.begin() as session:
            for each in taken:
                do(session, each)
            return outbox.unfinished(session) == 0

    together(6, lambda _: next(done for done in iter(send_one, None) if done))
    lanes = [[each for each in said if each % 3 == lane] for lane in range(3)]
    assert len(said) == 30
    assert lanes == [sorted(lane) for lane in lanes]


def test_a_claim_that_is_renewed_is_not_taken_over(session: Session) -> None:
    first = put(session)
    (job,) = outbox_claims.claim(session, NOON, TERMS, 1)
    outbox_claims.renew(session, [job], NOON + 2 * LEASE)
    assert claim(session, NOON + LEASE + SECOND) == []
    assert claim(session, NOON + 2 * LEASE + SECOND) == [first]


def test_a_claim_that_was_taken_over_does_not_stand(session: Session) -> None:
    put(session)
    (job,) = outbox_claims.claim(session, NOON, TERMS, 1)
    assert outbox_claims.is_held(session, job)
    (taken,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert not outbox_claims.is_held(session, job)
    assert outbox_claims.is_held(session, taken)
    outbox_claims.renew(session, [job], NOON + 9 * LEASE)
    assert outbox_claims.is_held(session, taken)


def test_a_clock_that_is_turned_back_holds_nothing_up(session: Session) -> None:
    back = NOON - timedelta(hours=3)
    first, second = put(session), put(session)
    claim(session)
    say(session, first)
    assert claim(session, back) == [second]
    put(session, "b")
    (other,) = outbox_claims.claim(session, NOON, TERMS, 1)
    assert claim(session, back) == [other.id]  # nobody holds a claim for that long
    outbox.retry_later(
        session, other.id, not_before=NOON + LEASE, trouble="fatal_error", unsure=True
    )
    assert claim(session, back) == [other.id]


def test_a_posting_that_surely_was_not_said_is_not_doubted(session: Session) -> None:
    first = put(session)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="ratelimited", unsure=False)
    (job,) = outbox_claims.claim(session, NOON + SECOND, TERMS, 1)
    assert (job.attempts, job.unsure_since) == (1, None)


def test_since_when_a_posting_may_have_been_said_is_known(session: Session) -> None:
    first = put(session)
    claim(session)
    outbox.retry_later(session, first, not_before=NOON, trouble="timed out", unsure=True)
    claim(session, NOON + SECOND)
    outbox.retry_later(session, first, not_before=NOON, trouble="ratelimited", unsure=False)
    (job,) = outbox_claims.claim(session, NOON + 2 * SECOND, TERMS, 1)
    assert job.unsure_since == NOON


def test_what_a_dead_sender_held_may_have_been_said(session: Session) -> None:
    put(session)
    claim(session)
    (job,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert job.unsure_since == NOON


def test_how_far_a_posting_came_is_told_to_its_next_try(session: Session) -> None:
    first = put(session)
    claim(session)
    outbox.save_progress(session, first, {"before": "1.0"})
    (job,) = outbox_claims.claim(session, NOON + LEASE + SECOND, TERMS, 1)
    assert job.progress == {"before": "1.0"}


def test_what_was_set_aside_can_be_taken_up_again(session: Session) -> None:
    first = put(session)
    claim(session)
    outbox.set_aside(session, first, "missing_scope")
    assert outbox.retry_set_aside(session) == 1
    assert claim(session) == [first]


def test_a_card_of_another_incident_in_the_same_lane_is_another(session: Session) -> None:
    one, other = declare(session), declare(session, 2)
    said = [
        put(session, "announcements", JobKind.ANNOUNCEMENT, incident_id=each.id)
        for each in (one, other, one)
    ]
    assert said[0] == said[2] != said[1]


def test_a_card_is_not_taken_while_what_it_shows_is_changed(store: Store) -> None:
    with store.begin() as session:
        first = put(session, kind=JobKind.CARD)
    if store.kind == "sqlite":  # one transaction at a time
        return
    with store.begin() as changing:
        put(changing, kind=JobKind.CARD)
        with store.begin() as sender:
            assert claim(sender) == []
    with store.begin() as sender:
        assert claim(sender) == [first]


def test_whether_anything_of_a_lane_waits(session: Session) -> None:
    first = put(session)
    assert outbox.has_unfinished(session, "a")
    claim(session)
    assert outbox.has_unfinished(session, "a")
    say(session, first)
    assert not outbox.has_unfinished(session, "a")


def test_what_waits_for_an_answer_is_hurried_and_a_limit_is_not(session: Session) -> None:
    silent, limited = put(session, "a"), put(session, "b")
    claim(session)
    later = NOON + 300 * SECOND
    outbox.retry_later(session, silent, not_before=later, trouble="no answer", unsure=True)
    outbox.retry_later(session, limited, not_before=later, trouble="ratelimited", unsure=True)
    outbox.retry_now(session, NOON + SECOND, except_troubles={"ratelimited"})
    assert claim(session, NOON + SECOND) == [silent]


def test_what_a_lane_said_of_a_kind_last_or_in_one_message(session: Session) -> None:
    first, last, unsaid = (
        put(session, "person:U1", JobKind.REMINDER, about={"n": n}) for n in (1, 2, 3)
    )
    other, notice = put(session, "person:U2", JobKind.REMINDER), put(session, "person:U1")
    for each in (first, last, other, notice):
        say(session, each)
    found = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER)
    assert found is not None
    assert (found.id, found.about) == (last, {"n": 2})
    named = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER, f"{first}.0")
    assert named is not None
    assert named.id == first
    for elsewhere in (unsaid, other, notice):
        there = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER, f"{elsewhere}.0")
        assert there is None
    assert outbox.find_last_posted(session, "person:U3", JobKind.REMINDER) is None


def test_the_last_message_before_a_posting_was_tried_is_of_its_lane_and_channel(
    session: Session,
) -> None:
    first, second, third = (put(session) for _ in range(3))
    for number, each in enumerate((first, second)):
        outbox.mark_sent(
            session, each, at=NOON + number * SECOND, channel_id="C1", message_id=f"{number}.000000"
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
