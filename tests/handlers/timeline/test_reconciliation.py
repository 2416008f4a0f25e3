"""A channel's history against the record, where the wire cannot be made to stumble on purpose."""

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


def said(ts: str, text: str = "hello") -> TimelineEvent:
    return TimelineEvent(
        message_id=ts, channel_id="C1", author="U1", text=text, happened_at=from_slack_ts(ts)
    )


def compare(session: Session, incident: Incident, stretch: HistoryRange) -> ComparisonCounts:
    """All steps, in one transaction."""
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


def _stretch(*events: TimelineEvent, **more: Any) -> HistoryRange:
    until = START + timedelta(hours=1)
    return HistoryRange(since=START, until=until, settled=until, events=events, **more)


def _at(minutes: int) -> str:
    return f"{(START + timedelta(minutes=minutes)).timestamp():.6f}"


def test_what_was_said_while_the_history_was_read_is_kept(
    session: Session, incident: Incident
) -> None:
    recording.record(session, said(_at(61), "just now"), START)
    tally = compare(session, incident, _stretch())
    assert tally.deleted == 0


def test_what_is_gone_from_the_history_is_gone_from_the_record(
    session: Session, incident: Incident
) -> None:
    recording.record(session, said(_at(5)), START)
    tally = compare(session, incident, _stretch())
    assert tally.deleted == 1
    assert stored.of_incident(session, incident.id)[0].text == ""


def test_what_is_gone_from_a_thread_is_judged_by_that_thread(
    session: Session, incident: Incident
) -> None:
    reply = replace(said(_at(6)), thread_id=_at(5))
    recording.record(session, reply, START)
    assert compare(session, incident, _stretch()).deleted == 0
    other = _stretch(thread_id=_at(4))
    assert compare(session, incident, other).deleted == 0
    own = _stretch(thread_id=_at(5))
    assert compare(session, incident, own).deleted == 1


def test_one_message_under_two_ids_is_there_under_either(
    session: Session, incident: Incident
) -> None:
    recording.record(session, replace(said(_at(5)), client_id="c-1"), START)
    there = replace(said(_at(6)), client_id="c-1")
    tally = compare(session, incident, _stretch(there))
    assert (tally.added, tally.deleted) == (0, 0)


def _know(session: Session, person: str, standing: MembershipType) -> None:
    people.save(session, Person(id=person, name="x", zone="UTC", standing=standing), START)


def test_missed_marks_of_outsiders_and_of_people_nobody_knows_do_not_count(
    session: Session, incident: Incident
) -> None:
    _know(session, "U5", MembershipType.GUEST)
    _know(session, "U6", MembershipType.EXTERNAL)
    there = {_at(5): frozenset({(who, Mark.DECISION) for who in ("U5", "U6", "U7")})}
    compare(session, incident, _stretch(said(_at(5)), marks=there))
    assert marks.of_messages(session, "C1", [_at(5)]) == set()
    reconciliation.apply_marks(session, incident, _stretch(marks=there), {Mark.DECISION})
    assert len(marks.of_messages(session, "C1", [_at(5)])) == 3


def test_marks_that_were_missed_are_followed_both_ways(
    session: Session, incident: Incident
) -> None:
    lost = MarkChange(message_id=_at(5), person="U1", mark=Mark.LUCKY, version=_at(6), at=START)
    recording.record_mark(session, "C1", lost)
    _know(session, "U2", MembershipType.MEMBER)
    late = replace(lost, person="U3", version=_at(90))  # after the history was read
    recording.record_mark(session, "C1", late)
    there = {_at(5): frozenset({("U2", Mark.DECISION)})}
    compare(session, incident, _stretch(said(_at(5)), marks=there))
    found = marks.of_messages(session, "C1", [_at(5)])
    assert found == {(_at(5), "U2", Mark.DECISION), (_at(5), "U3", Mark.LUCKY)}


def test_what_was_fetched_and_heard_after_all_was_not_missed(
    session: Session, incident: Incident
) -> None:
    fetched = [replace(said(_at(n)), source=Source.FETCHED) for n in (5, 6)]
    compare(session, incident, _stretch(*fetched))
    assert timeline_counts.fetched(session, incident.id) == 2
    recording.record(session, said(_at(5)), START)
    assert timeline_counts.fetched(session, incident.id) == 1


def test_channels_are_looked_at_often_but_not_twice_at_once(
    session: Session, incident: Incident
) -> None:
    soon = START + timedelta(minutes=4)
    assert reconciliation.enqueue_fetches(session, soon) == 0
    later = START + timedelta(minutes=5)
    assert [reconciliation.enqueue_fetches(session, later) for _ in range(2)] == [1, 0]
    incidents.change(session, incident.id, status=Status.RESOLVED, resolved_at=START)
    assert reconciliation.enqueue_comparisons(session, START + timedelta(hours=23)) == 1
    assert reconciliation.enqueue_comparisons(session, START + timedelta(hours=25)) == 0


def test_no_channel_is_looked_at_while_it_is_read_for_a_draft(
    session: Session, incident: Incident
) -> None:
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.READ_HISTORY), START)
    assert reconciliation.enqueue_fetches(session, START + timedelta(minutes=5)) == 0


def test_a_missed_edit_is_followed(session: Session, incident: Incident) -> None:
    recording.record(session, said(_at(5), "3,900"), START)
    edited = replace(said(_at(5), "4,200"), edited=True, version=_at(6))
    tally = compare(session, incident, _stretch(edited))
    assert tally.added == 0
    assert stored.of_incident(session, incident.id)[0].text == "4,200"


def test_comparing_twice_changes_nothing_more(session: Session, incident: Incident) -> None:
    history = _stretch(said(_at(5)), said(_at(6)))
    assert compare(session, incident, history).added == 2
    again = compare(session, incident, history)
    assert (again.added, again.deleted) == (0, 0)


def _erased(session: Session, deletion: Deletion) -> None:
    recording.record(session, said(_at(5), "3,900"), START)
    known = stored.find(session, "C1", _at(5))
    assert known is not None
    stored.erase(session, known, deletion)


@pytest.mark.parametrize("deletion", Deletion)
def test_only_what_was_missing_comes_back_and_only_from_the_history(
    session: Session, incident: Incident, deletion: Deletion
) -> None:
    _erased(session, deletion)
    edited = replace(said(_at(5), "4,200"), edited=True, version=_at(6))
    recording.record(session, edited, START)  # an edit that was on its way when it was deleted
    assert stored.of_incident(session, incident.id)[0].text == ""
    shown = replace(edited, source=Source.FETCHED)
    compare(session, incident, _stretch(shown))
    (event,) = stored.of_incident(session, incident.id)
    comes_back = deletion is Deletion.MISSING
    assert (event.text, event.deleted) == (("4,200", False) if comes_back else ("", True))
    assert compare(session, incident, _stretch(shown)).added == 0


def test_a_deletion_that_was_reported_meanwhile_stays_a_reported_one(
    session: Session, incident: Incident
) -> None:
    recording.record(session, said(_at(5)), START)
    (missing,) = reconciliation.find_missing(session, incident, _stretch())
    gone = replace(said(_at(5), ""), deleted=True, deletion=Deletion.REPORTED)
    recording.record(session, gone, START)
    assert not reconciliation.erase_missing(session, missing.channel_id, missing.message_id, START)
    assert stored.of_incident(session, incident.id)[0].deletion is Deletion.REPORTED


def test_a_secret_that_comes_back_is_redacted(session: Session, incident: Incident) -> None:
    _erased(session, Deletion.MISSING)
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    shown = replace(said(_at(5), f"key {key}"), source=Source.FETCHED)
    compare(session, incident, _stretch(shown))
    (event,) = stored.of_incident(session, incident.id)
    assert "key" in event.text
    assert key not in event.text
