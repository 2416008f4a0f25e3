"""What is deleted of old outbox rows, and what is kept, on both engines."""

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


def sent(session: Session, kind: JobKind, message: str | None = None, **changes: Any) -> int:
    at = changes.pop("at", LONG_AGO)
    made = outbox.enqueue(session, Job(kind=kind, lane=changes.pop("lane", "a"), **changes), at)
    channel = "C1" if message else None
    outbox.mark_sent(session, made, at=at, channel_id=channel, message_id=message)
    return made


def pruned(session: Session) -> set[int]:
    """Prune until nothing is left to prune; which rows are still there."""
    while outbox_retention.prune(session, BEFORE, most=3):
        pass
    return {each for each in session.exec(select(col(OutboxRow.id))) if each}


def over(session: Session, number: int = 1) -> int:
    return declare(session, number, status=Status.RESOLVED, resolved_at=NOON).id


def test_what_was_sent_long_ago_goes_and_what_waits_stays(session: Session) -> None:
    incident = over(session)
    sent(session, JobKind.CARD, "1.0", incident_id=incident)
    sent(session, JobKind.HOME)
    recent = sent(session, JobKind.CARD, "2.0", at=BEFORE)
    waiting = outbox.enqueue(session, Job(kind=JobKind.NOTICE, lane="a"), LONG_AGO)
    aside = outbox.enqueue(session, Job(kind=JobKind.PIN, lane="b"), LONG_AGO)
    outbox.set_aside(session, aside, "missing_scope")
    assert pruned(session) == {recent, waiting, aside}


def test_one_call_deletes_no_more_than_it_is_told(session: Session) -> None:
    for number in range(5):
        sent(session, JobKind.CARD, f"{number}.0")
    assert [outbox_retention.prune(session, BEFORE, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_an_incident_that_is_not_over_keeps_everything(session: Session) -> None:
    incident = declare(session).id
    kept = {
        sent(session, kind, "1.0", incident_id=incident) for kind in (JobKind.CARD, JobKind.NOTICE)
    }
    assert pruned(session) == kept


def test_where_the_newest_postmortem_stands_is_kept(session: Session) -> None:
    incident = over(session)

    def draft(ts: str) -> tuple[int, set[int], set[int]]:
        about: dict[str, Any] = {"incident_id": incident}
        summary = sent(session, JobKind.SUMMARY, f"{ts}0", **about)
        about["answers"] = summary
        parts = {
            part: sent(session, JobKind.SECTION, f"{ts}{part}", about={"part": part}, **about)
            for part in (1, 2)
        }
        page = sent(session, JobKind.FILE, about={"file": "html"}, **about)
        sent(session, JobKind.SECTION_NOW, about={"part": 1}, **about)
        sent(session, JobKind.SUMMARY_NOW, **about)
        added = sent(session, JobKind.SECTION_NOW, f"{ts}3", about={"part": 3}, **about)
        return summary, {summary, *parts.values(), added}, {page}

    _, quoting, _ = draft("1.")
    summary, newest, page = draft("2.")
    assert pruned(session) == quoting | newest | page
    assert outbox.find_last_id(session, incident, JobKind.SUMMARY) == summary
    places = [outbox.find_part_message(session, summary, part) for part in (1, 2, 3)]
    assert places == [("C1", "2.1"), ("C1", "2.2"), ("C1", "2.3")]


def test_what_may_quote_a_message_is_kept_so_that_a_deletion_can_still_change_it(
    session: Session,
) -> None:
    incident = over(session)
    notice = sent(session, JobKind.NOTICE, "1.0", incident_id=incident)
    sent(session, JobKind.NOTICE, incident_id=incident)  # left out: there is nothing to change
    assert pruned(session) == {notice}


def test_the_thread_of_a_meeting_is_still_known(session: Session) -> None:
    incident = over(session)
    summary = sent(session, JobKind.SUMMARY, "1.0", incident_id=incident)
    about: dict[str, Any] = {"incident_id": incident, "answers": summary}
    first = sent(session, JobKind.MEETING, "1.5", **about)
    sent(session, JobKind.MEETING, "1.5", **about)  # edited in place
    newer = sent(session, JobKind.SUMMARY, "2.0", incident_id=incident)
    assert pruned(session) == {summary, first, newer}
    assert outbox.find_thread_job(session, incident, JobKind.MEETING, "1.5") == summary


def test_nobody_is_asked_twice_to_lead(session: Session) -> None:
    incident = over(session)
    asked = sent(session, JobKind.LEAD_WANTED, "1.0", incident_id=incident)
    sent(session, JobKind.LEAD_FOUND, incident_id=incident, answers=asked)
    assert pruned(session) == {asked}


def test_the_last_reminder_of_each_person_is_kept(session: Session) -> None:
    sent(session, JobKind.REMINDER, "1.0", lane="person:U1")
    last = sent(session, JobKind.REMINDER, "2.0", lane="person:U1")
    sent(session, JobKind.REMINDER, lane="person:U1")  # nothing was due any more: nothing was said
    other = sent(session, JobKind.REMINDER, "3.0", lane="person:U2")
    assert pruned(session) == {last, other}
    found = outbox.find_last_posted(session, "person:U1", JobKind.REMINDER)
    assert found is not None
    assert found.id == last


def test_the_message_of_a_vote_is_still_known(session: Session) -> None:
    ballot = sent(session, JobKind.BALLOT, "1.0")
    closes = NOON + timedelta(days=7)
    votes.add(session, Ballot(quarter="2026-Q1", candidates=(), closes_at=closes, job=ballot))
    elected = sent(session, JobKind.ELECTED, "2.0", answers=ballot)
    assert pruned(session) == {ballot, elected}
    assert votes.find_by_message(session, "C1", "1.0") is not None


def test_what_is_answered_by_something_that_stays_is_kept(session: Session) -> None:
    incident = over(session)
    sent(session, JobKind.ITEM, "1.0", incident_id=incident)
    head = sent(session, JobKind.ITEM, "2.0", incident_id=incident)
    reply = Job(kind=JobKind.ITEM_THREAD, lane="b", incident_id=incident, answers=head)
    waiting = outbox.enqueue(session, reply, NOW)
    assert pruned(session) == {head, waiting}


def test_what_named_an_incident_elsewhere_is_kept_so_that_it_can_be_withdrawn(
    session: Session,
) -> None:
    incident = over(session)
    returned = sent(
        session, JobKind.ITEM_RETURN, "1.0", incident_id=over(session, 2), about={"key": "INC-1"}
    )
    elected = sent(session, JobKind.ELECTED, "2.0", about={"quarter": "2026-Q1"})
    year = sent(session, JobKind.YEAR_AGO, "3.0", incident_id=incident)
    assert pruned(session) == {returned, elected, year}
    places = sent_messages.find_outside_channel(session, incident, "INC-1", ["2026-Q1"])
    assert places == [("C1", "1.0"), ("C1", "2.0"), ("C1", "3.0")]
