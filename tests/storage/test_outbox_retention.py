"""Old outbox rows: deleted unless something still refers to them, on both databases."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.domain.incident import Status
from bot.domain.job import Job, JobKind
from storage import outbox, outbox_retention, sent_messages, votes
from storage.engine.store import Session
from storage.tables import OutboxRow
from storage.votes import Ballot
from tests.storage.conftest import NOON, declare

LONG_AGO, NOW = NOON, NOON + timedelta(days=100)
BEFORE = NOW - timedelta(days=90)


def add_sent(session: Session, kind: JobKind, message: str | None = None, **changes: Any) -> int:
    at = changes.pop("at", LONG_AGO)
    job_id = outbox.enqueue(session, Job(kind=kind, lane=changes.pop("lane", "a"), **changes), at)
    channel = "C1" if message else None
    outbox.mark_sent(session, job_id, at=at, channel_id=channel, message_id=message)
    return job_id


def prune_all(session: Session) -> set[int]:
    """Prune until nothing is left to delete; return the IDs of the remaining rows."""
    while outbox_retention.prune(session, BEFORE, most=3):
        pass
    return {job_id for job_id in session.exec(select(col(OutboxRow.id))) if job_id}


def add_resolved(session: Session, number: int = 1) -> int:
    return declare(session, number, status=Status.RESOLVED, resolved_at=NOON).id


def test_old_sent_jobs_are_deleted_and_unfinished_ones_kept(session: Session) -> None:
    incident = add_resolved(session)
    add_sent(session, JobKind.CARD, "1.0", incident_id=incident)
    add_sent(session, JobKind.HOME)
    recent = add_sent(session, JobKind.CARD, "2.0", at=BEFORE)
    waiting = outbox.enqueue(session, Job(kind=JobKind.NOTICE, lane="a"), LONG_AGO)
    aside = outbox.enqueue(session, Job(kind=JobKind.PIN, lane="b"), LONG_AGO)
    outbox.set_aside(session, aside, "missing_scope")
    assert prune_all(session) == {recent, waiting, aside}


def test_one_call_deletes_at_most_the_given_number_of_rows(session: Session) -> None:
    for number in range(5):
        add_sent(session, JobKind.CARD, f"{number}.0")
    assert [outbox_retention.prune(session, BEFORE, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_jobs_of_an_open_incident_are_kept(session: Session) -> None:
    incident = declare(session).id
    kept = {
        add_sent(session, kind, "1.0", incident_id=incident)
        for kind in (JobKind.CARD, JobKind.NOTICE)
    }
    assert prune_all(session) == kept


def test_messages_of_the_newest_postmortem_are_kept(session: Session) -> None:
    incident = add_resolved(session)

    def draft(ts: str) -> tuple[int, set[int], set[int]]:
        about: dict[str, Any] = {"incident_id": incident}
        summary = add_sent(session, JobKind.SUMMARY, f"{ts}0", **about)
        about["answers"] = summary
        parts = {
            part: add_sent(session, JobKind.SECTION, f"{ts}{part}", about={"part": part}, **about)
            for part in (1, 2)
        }
        page = add_sent(session, JobKind.FILE, about={"file": "html"}, **about)
        add_sent(session, JobKind.SECTION_NOW, about={"part": 1}, **about)
        add_sent(session, JobKind.SUMMARY_NOW, **about)
        added = add_sent(session, JobKind.SECTION_NOW, f"{ts}3", about={"part": 3}, **about)
        return summary, {summary, *parts.values(), added}, {page}

    _, quoting, _ = draft("1.")
    summary, newest, page = draft("2.")
    assert prune_all(session) == quoting | newest | page
    assert outbox.find_last_id(session, incident, JobKind.SUMMARY) == summary
    places = [outbox.find_part_message(session, summary, part) for part in (1, 2, 3)]
    assert places == [("C1", "2.1"), ("C1", "2.2"), ("C1", "2.3")]


def test_messages_that_may_quote_others_are_kept_so_that_a_deletion_can_edit_them(
    session: Session,
) -> None:
    incident = add_resolved(session)
    notice = add_sent(session, JobKind.NOTICE, "1.0", incident_id=incident)
    add_sent(
        session, JobKind.NOTICE, incident_id=incident
    )  # not posted, so there is nothing to edit
    assert prune_all(session) == {notice}


def test_the_thread_of_a_review_meeting_is_still_found(session: Session) -> None:
    incident = add_resolved(session)
    summary = add_sent(session, JobKind.SUMMARY, "1.0", incident_id=incident)
    about: dict[str, Any] = {"incident_id": incident, "answers": summary}
    first = add_sent(session, JobKind.MEETING, "1.5", **about)
    add_sent(session, JobKind.MEETING, "1.5", **about)  # edited in place
    newer = add_sent(session, JobKind.SUMMARY, "2.0", incident_id=incident)
    assert prune_all(session) == {summary, first, newer}
    assert outbox.find_thread_job(session, incident, JobKind.MEETING, "1.5") == summary


def test_a_request_for_a_lead_is_kept_so_that_nobody_is_asked_twice(session: Session) -> None:
    incident = add_resolved(session)
    request = add_sent(session, JobKind.LEAD_WANTED, "1.0", incident_id=incident)
    add_sent(session, JobKind.LEAD_FOUND, incident_id=incident, answers=request)
    assert prune_all(session) == {request}


def test_the_last_reminder_of_each_person_is_kept(session: Session) -> None:
    add_sent(session, JobKind.REMINDER, "1.0", lane="person:U1")
    last = add_sent(session, JobKind.REMINDER, "2.0", lane="person:U1")
    add_sent(
        session, JobKind.REMINDER, lane="person:U1"
    )  # nothing was due any more, so nothing was posted
    other = add_sent(session, JobKind.REMINDER, "3.0", lane="person:U2")
    assert prune_all(session) == {last, other}
    found = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER)
    assert found is not None
    assert found.id == last


def test_the_message_of_a_vote_is_still_found(session: Session) -> None:
    ballot = add_sent(session, JobKind.BALLOT, "1.0")
    closes = NOON + timedelta(days=7)
    votes.add(session, Ballot(quarter="2026-Q1", candidates=(), closes_at=closes, job=ballot))
    elected = add_sent(session, JobKind.ELECTED, "2.0", answers=ballot)
    assert prune_all(session) == {ballot, elected}
    assert votes.find_by_message(session, "C1", "1.0") is not None


def test_a_message_with_an_unsent_reply_is_kept(session: Session) -> None:
    incident = add_resolved(session)
    add_sent(session, JobKind.ITEM, "1.0", incident_id=incident)
    head = add_sent(session, JobKind.ITEM, "2.0", incident_id=incident)
    reply = Job(kind=JobKind.ITEM_THREAD, lane="b", incident_id=incident, answers=head)
    waiting = outbox.enqueue(session, reply, NOW)
    assert prune_all(session) == {head, waiting}


def test_messages_elsewhere_that_name_an_incident_are_kept_so_that_they_can_be_withdrawn(
    session: Session,
) -> None:
    incident = add_resolved(session)
    returned = add_sent(
        session,
        JobKind.ITEM_RETURN,
        "1.0",
        incident_id=add_resolved(session, 2),
        about={"key": "INC-1"},
    )
    elected = add_sent(session, JobKind.ELECTED, "2.0", about={"quarter": "2026-Q1"})
    year = add_sent(session, JobKind.YEAR_AGO, "3.0", incident_id=incident)
    assert prune_all(session) == {returned, elected, year}
    messages = sent_messages.find_outside_channel(session, incident, "INC-1", ["2026-Q1"])
    assert messages == [("C1", "1.0"), ("C1", "2.0"), ("C1", "3.0")]
