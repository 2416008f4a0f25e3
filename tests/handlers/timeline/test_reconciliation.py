"""Comparing a channel's history with the record: cases that are hard to provoke over the wire."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.incident import Incident, Status
from bot.domain.job import JobKind, make_incident_job
from bot.domain.membership_type import MembershipType
from bot.domain.timeline import Deletion, Mark, MarkChange, Source, TimelineEvent, from_slack_ts
from bot.timeline import reconciliation, recording
from bot.timeline.reconciliation import ComparisonCounts, HistoryRange
from storage import incidents, marks, outbox, people, timeline_counts
from storage import timeline as stored
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.people import Person
from tests.support.harness import START


@pytest.fixture
def session() -> Session:
    store = Store("sqlite://")
    schema.upgrade(store)
    return Session(store.engine)


@pytest.fixture
def incident(session: Session) -> Incident:
    return incidents.add(
        session, key="INC-2026-001", title="x", status=Status.DECLARED, channel_id="C1",
        channel_name="inc", declared_by="U1", declared_at=START,
    )  # fmt: skip


def message(ts: str, text: str = "hello") -> TimelineEvent:
    return TimelineEvent(
        message_id=ts, channel_id="C1", author="U1", text=text, happened_at=from_slack_ts(ts)
    )


def compare(session: Session, incident: Incident, stretch: HistoryRange) -> ComparisonCounts:
    """Run all steps of a comparison in one transaction."""
    tally = reconciliation.record_missed(
        session, reconciliation.find_changed(session, incident, stretch), START
    )
    missing = reconciliation.find_missing(session, incident, stretch)
    deleted = sum(
        reconciliation.erase_missing(session, event.channel_id, event.message_id, START)
        for event in missing
    )
    reconciliation.apply_marks(session, incident, stretch)
    return tally + ComparisonCounts(deleted=deleted)


def _range(*events: TimelineEvent, **more: Any) -> HistoryRange:
    until = START + timedelta(hours=1)
    return HistoryRange(since=START, until=until, settled=until, events=events, **more)


def _at(minutes: int) -> str:
    return f"{(START + timedelta(minutes=minutes)).timestamp():.6f}"


def test_a_message_posted_while_the_history_was_read_is_kept(
    session: Session, incident: Incident
) -> None:
    recording.record(session, message(_at(61), "just now"), START)
    tally = compare(session, incident, _range())
    assert tally.deleted == 0


def test_a_message_missing_from_the_history_is_erased(session: Session, incident: Incident) -> None:
    recording.record(session, message(_at(5)), START)
    tally = compare(session, incident, _range())
    assert tally.deleted == 1
    assert stored.of_incident(session, incident.id)[0].text == ""


def test_a_missing_reply_is_judged_only_by_its_own_thread(
    session: Session, incident: Incident
) -> None:
    reply = replace(message(_at(6)), thread_id=_at(5))
    recording.record(session, reply, START)
    assert compare(session, incident, _range()).deleted == 0
    other_thread = _range(thread_id=_at(4))
    assert compare(session, incident, other_thread).deleted == 0
    own_thread = _range(thread_id=_at(5))
    assert compare(session, incident, own_thread).deleted == 1


def test_a_message_with_two_ids_is_found_under_either(session: Session, incident: Incident) -> None:
    recording.record(session, replace(message(_at(5)), client_id="c-1"), START)
    fetched = replace(message(_at(6)), client_id="c-1")
    tally = compare(session, incident, _range(fetched))
    assert (tally.added, tally.deleted) == (0, 0)


def _save_person(session: Session, person: str, standing: MembershipType) -> None:
    people.save(session, Person(id=person, name="x", zone="UTC", standing=standing), START)


def test_missed_marks_of_outsiders_and_unknown_people_do_not_count(
    session: Session, incident: Incident
) -> None:
    _save_person(session, "U5", MembershipType.GUEST)
    _save_person(session, "U6", MembershipType.EXTERNAL)
    fetched_marks = {_at(5): frozenset({(person, Mark.DECISION) for person in ("U5", "U6", "U7")})}
    compare(session, incident, _range(message(_at(5)), marks=fetched_marks))
    assert marks.of_messages(session, "C1", [_at(5)]) == set()
    reconciliation.apply_marks(session, incident, _range(marks=fetched_marks), {Mark.DECISION})
    assert len(marks.of_messages(session, "C1", [_at(5)])) == 3


def test_missed_marks_are_added_and_missed_removals_applied(
    session: Session, incident: Incident
) -> None:
    removed = MarkChange(message_id=_at(5), person="U1", mark=Mark.LUCKY, version=_at(6), at=START)
    recording.record_mark(session, "C1", removed)
    _save_person(session, "U2", MembershipType.MEMBER)
    late = replace(removed, person="U3", version=_at(90))  # after the history was read
    recording.record_mark(session, "C1", late)
    fetched_marks = {_at(5): frozenset({("U2", Mark.DECISION)})}
    compare(session, incident, _range(message(_at(5)), marks=fetched_marks))
    stored_marks = marks.of_messages(session, "C1", [_at(5)])
    assert stored_marks == {(_at(5), "U2", Mark.DECISION), (_at(5), "U3", Mark.LUCKY)}


def test_a_fetched_message_delivered_later_does_not_count_as_missed(
    session: Session, incident: Incident
) -> None:
    fetched = [replace(message(_at(n)), source=Source.FETCHED) for n in (5, 6)]
    compare(session, incident, _range(*fetched))
    assert timeline_counts.fetched(session, incident.id) == 2
    recording.record(session, message(_at(5)), START)
    assert timeline_counts.fetched(session, incident.id) == 1


def test_channels_are_compared_regularly_but_not_twice_at_once(
    session: Session, incident: Incident
) -> None:
    soon = START + timedelta(minutes=4)
    assert reconciliation.enqueue_fetches(session, soon) == 0
    later = START + timedelta(minutes=5)
    assert [reconciliation.enqueue_fetches(session, later) for _ in range(2)] == [1, 0]
    incidents.change(session, incident.id, status=Status.RESOLVED, resolved_at=START)
    assert reconciliation.enqueue_comparisons(session, START + timedelta(hours=23)) == 1
    assert reconciliation.enqueue_comparisons(session, START + timedelta(hours=25)) == 0


def test_a_channel_being_read_for_a_draft_is_not_compared(
    session: Session, incident: Incident
) -> None:
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.READ_HISTORY), START)
    assert reconciliation.enqueue_fetches(session, START + timedelta(minutes=5)) == 0


def test_a_missed_edit_is_recorded(session: Session, incident: Incident) -> None:
    recording.record(session, message(_at(5), "3,900"), START)
    edited = replace(message(_at(5), "4,200"), edited=True, version=_at(6))
    tally = compare(session, incident, _range(edited))
    assert tally.added == 0
    assert stored.of_incident(session, incident.id)[0].text == "4,200"


def test_a_second_comparison_changes_nothing(session: Session, incident: Incident) -> None:
    history = _range(message(_at(5)), message(_at(6)))
    assert compare(session, incident, history).added == 2
    tally = compare(session, incident, history)
    assert (tally.added, tally.deleted) == (0, 0)


def _record_erased(session: Session, deletion: Deletion) -> None:
    recording.record(session, message(_at(5), "3,900"), START)
    event = stored.find(session, "C1", _at(5))
    assert event is not None
    stored.erase(session, event, deletion)


@pytest.mark.parametrize("deletion", Deletion)
def test_only_a_message_erased_as_missing_is_restored_and_only_from_the_history(
    session: Session, incident: Incident, deletion: Deletion
) -> None:
    _record_erased(session, deletion)
    edited = replace(message(_at(5), "4,200"), edited=True, version=_at(6))
    # An edit still in transit when the message was deleted.
    recording.record(session, edited, START)
    assert stored.of_incident(session, incident.id)[0].text == ""
    fetched = replace(edited, source=Source.FETCHED)
    compare(session, incident, _range(fetched))
    (event,) = stored.of_incident(session, incident.id)
    is_restored = deletion is Deletion.MISSING
    assert (event.text, event.deleted) == (("4,200", False) if is_restored else ("", True))
    assert compare(session, incident, _range(fetched)).added == 0


def test_a_deletion_reported_meanwhile_stays_a_reported_one(
    session: Session, incident: Incident
) -> None:
    recording.record(session, message(_at(5)), START)
    (missing,) = reconciliation.find_missing(session, incident, _range())
    deleted = replace(message(_at(5), ""), deleted=True, deletion=Deletion.REPORTED)
    recording.record(session, deleted, START)
    assert not reconciliation.erase_missing(session, missing.channel_id, missing.message_id, START)
    assert stored.of_incident(session, incident.id)[0].deletion is Deletion.REPORTED


def test_a_restored_message_is_redacted(session: Session, incident: Incident) -> None:
    _record_erased(session, Deletion.MISSING)
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    fetched = replace(message(_at(5), f"key {key}"), source=Source.FETCHED)
    compare(session, incident, _range(fetched))
    (event,) = stored.of_incident(session, incident.id)
    assert "key" in event.text
    assert key not in event.text
