from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.domain.timeline import Deletion, EventKind, Mark, MarkChange, Source, TimelineEvent
from storage import marks as stored_marks
from storage import timeline, timeline_counts
from storage.engine.store import Session, Store
from storage.tables import RevisionRow
from tests.storage.conftest import NOON, declare, run_concurrently

MESSAGE = TimelineEvent(
    message_id="1773144000.000100",
    channel_id="C1",
    author="U1",
    text="it fails & <@U2> knows",
    happened_at=NOON,
    thread_id="1773143000.000100",
)


def at(minutes: int, **changes: object) -> TimelineEvent:
    """Another message, some minutes later."""
    later = NOON + timedelta(minutes=minutes)
    return replace(MESSAGE, message_id=f"m{minutes}", happened_at=later, **changes)  # type: ignore[arg-type]


def edit(text: str) -> TimelineEvent:
    """A later version of the message."""
    return replace(MESSAGE, text=text, version=f"1773144000.{text}", edited=True)


@pytest.fixture
def incident_id(store: Store) -> int:
    with store.begin() as session:
        return declare(session).id


def stored_message(session: Session) -> TimelineEvent:
    found = timeline.find(session, MESSAGE.channel_id, MESSAGE.message_id)
    assert found is not None
    return found


def revision_texts(session: Session) -> list[str]:
    return [row.text for row in session.exec(select(RevisionRow).order_by("id"))]


def test_a_message_is_read_back_as_recorded(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, MESSAGE)
    assert replace(stored_message(session), id=0) == MESSAGE


def test_a_redelivered_message_is_recorded_once(session: Session, incident_id: int) -> None:
    first = timeline.add(session, incident_id, MESSAGE)
    second = timeline.add(session, incident_id, replace(MESSAGE, text="a repeat"))
    assert (first, second, timeline_counts.count(session, incident_id)) == (True, False, 1)
    assert stored_message(session).text == MESSAGE.text


def test_the_same_message_id_in_another_channel_is_another_message(
    session: Session, incident_id: int
) -> None:
    assert timeline.add(session, incident_id, MESSAGE)
    assert timeline.add(session, incident_id, replace(MESSAGE, channel_id="C2"))


def test_a_message_delivered_to_six_replicas_at_once_is_recorded_once(
    store: Store, incident_id: int
) -> None:
    def record(_: int) -> bool:
        with store.begin() as session:
            return timeline.add(session, incident_id, MESSAGE)

    assert sorted(run_concurrently(6, record)) == [False] * 5 + [True]


def test_an_edit_replaces_the_text_and_is_marked_as_edited(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    timeline.revise(session, stored_message(session), edit("it fails"), NOON)
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.edited) == ("it fails", True)


def test_each_edit_keeps_the_earlier_text(store: Store, incident_id: int) -> None:
    for text in ("first", "second"):
        with store.begin() as session:
            timeline.add(session, incident_id, MESSAGE)
            timeline.revise(session, stored_message(session), edit(text), NOON)
    with store.begin() as session:
        assert revision_texts(session) == [MESSAGE.text, "first"]
        assert stored_message(session).text == "second"


def test_an_erased_message_leaves_a_deleted_event_without_text(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    timeline.erase(session, stored_message(session), Deletion.REPORTED)
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.deleted, event.message_id) == ("", True, MESSAGE.message_id)


def test_erasing_a_message_erases_its_earlier_texts_too(store: Store, incident_id: int) -> None:
    with store.begin() as session:
        timeline.add(session, incident_id, MESSAGE)
        timeline.revise(session, stored_message(session), edit("second"), NOON)
    with store.begin() as session:
        timeline.erase(session, stored_message(session), Deletion.REPORTED)
    with store.begin() as session:
        assert revision_texts(session) == []


def test_erasing_a_message_keeps_the_earlier_texts_of_others(
    session: Session, incident_id: int
) -> None:
    for event in (MESSAGE, at(1)):
        timeline.add(session, incident_id, event)
    timeline.revise(session, stored_message(session), edit("second"), NOON)
    other = timeline.find(session, "C1", "m1")
    assert other is not None
    timeline.erase(session, other, Deletion.REPORTED)
    assert revision_texts(session) == [MESSAGE.text]


def test_a_redelivery_of_an_erased_message_does_not_restore_its_text(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    timeline.erase(session, stored_message(session), Deletion.REPORTED)
    assert not timeline.add(session, incident_id, MESSAGE)
    assert timeline.of_incident(session, incident_id)[0].text == ""


def test_a_restored_message_is_recorded_as_slack_shows_it(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    timeline.erase(session, stored_message(session), Deletion.MISSING)
    timeline.restore(session, stored_message(session), edit("second"))
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.edited, event.version) == ("second", True, edit("second").version)
    assert (event.deleted, event.deletion) == (False, None)


def marks_of_message(session: Session, incident_id: int) -> frozenset[Mark]:
    return timeline.of_incident(session, incident_id)[0].marks


def save_mark(
    session: Session,
    person: str = "U1",
    kind: Mark = Mark.LUCKY,
    version: str = "1",
    *,
    removed: bool = False,
) -> bool:
    change = MarkChange(
        message_id=MESSAGE.message_id, person=person, mark=kind, version=version, at=NOON,
        removed=removed,
    )  # fmt: skip
    return stored_marks.save(session, "C1", change)


def test_marks_of_all_people_are_on_the_message(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, MESSAGE)
    save_mark(session, "U1", Mark.LUCKY)
    save_mark(session, "U2", Mark.DECISION)
    assert marks_of_message(session, incident_id) == {Mark.LUCKY, Mark.DECISION}


def test_a_mark_may_arrive_before_its_message(session: Session, incident_id: int) -> None:
    save_mark(session)
    timeline.add(session, incident_id, MESSAGE)
    assert marks_of_message(session, incident_id) == {Mark.LUCKY}


def test_a_person_marks_a_message_once(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, MESSAGE)
    assert (save_mark(session), save_mark(session), save_mark(session, "U2")) == (True, False, True)


def test_a_mark_on_a_message_in_another_channel_is_ignored(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    change = MarkChange(
        message_id=MESSAGE.message_id, person="U1", mark=Mark.LUCKY, version="1", at=NOON
    )
    stored_marks.save(session, "C2", change)
    assert marks_of_message(session, incident_id) == frozenset()


def test_a_mark_stays_while_anyone_has_it(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, MESSAGE)
    save_mark(session, "U1")
    save_mark(session, "U2")
    assert save_mark(session, "U1", version="2", removed=True)
    assert marks_of_message(session, incident_id) == {Mark.LUCKY}


def test_a_removed_mark_is_not_restored_by_an_older_event(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, MESSAGE)
    save_mark(session, version="2", removed=True)
    assert not save_mark(session, version="1")
    assert marks_of_message(session, incident_id) == frozenset()
    assert save_mark(session, version="3")
    assert marks_of_message(session, incident_id) == {Mark.LUCKY}


def test_marks_are_listed_by_person_for_given_messages(session: Session) -> None:
    save_mark(session, "U1")
    save_mark(session, "U2", Mark.DECISION)
    save_mark(session, "U3", removed=True)
    found = stored_marks.of_messages(session, "C1", [MESSAGE.message_id, "other"])
    ts = MESSAGE.message_id
    assert found == {(ts, "U1", Mark.LUCKY), (ts, "U2", Mark.DECISION)}


def test_a_message_with_a_known_client_id_is_recorded_once(
    session: Session, incident_id: int
) -> None:
    first = replace(MESSAGE, client_id="6c8a-1")
    assert timeline.add(session, incident_id, first)
    assert not timeline.add(session, incident_id, replace(at(1), client_id="6c8a-1"))
    found = timeline.find(session, "C1", "m1", "6c8a-1")
    assert found is not None
    assert found.message_id == MESSAGE.message_id


def test_an_earlier_version_is_stored_once(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, edit("second"))
    known = stored_message(session)
    added = [timeline.add_earlier_version(session, known.id, MESSAGE, NOON) for _ in range(2)]
    assert added == [True, False]
    assert revision_texts(session) == [MESSAGE.text]


def test_events_are_sorted_by_when_they_happened(session: Session, incident_id: int) -> None:
    for minutes in (5, 1, 3):
        timeline.add(session, incident_id, at(minutes))
    found = [event.message_id for event in timeline.of_incident(session, incident_id)]
    assert found == ["m1", "m3", "m5"]


def test_the_latest_events_are_oldest_first_and_without_deleted_ones(
    session: Session, incident_id: int
) -> None:
    for minutes in range(5):
        timeline.add(session, incident_id, at(minutes, deleted=minutes == 3))
    found = [event.message_id for event in timeline.latest(session, incident_id, 3)]
    assert found == ["m1", "m2", "m4"]


def test_the_last_impact_is_the_one_that_happened_last(session: Session, incident_id: int) -> None:
    for minutes, kind in (
        (9, EventKind.NOTE),
        (5, EventKind.IMPACT),
        (7, EventKind.IMPACT),
        (1, EventKind.IMPACT),
    ):
        timeline.add(session, incident_id, at(minutes, kind=kind, source=Source.COMMAND))
    last = timeline.last_impact(session, incident_id)
    assert last is not None
    assert last.message_id == "m7"


def test_an_incident_without_an_impact_has_no_last_impact(
    session: Session, incident_id: int
) -> None:
    assert timeline.last_impact(session, incident_id) is None


def test_an_event_is_found_by_its_message_id(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, replace(MESSAGE, message_id="deed-1", kind=EventKind.NOTE))
    assert timeline.by_message_id(session, incident_id, "deed-1").kind is EventKind.NOTE


def test_events_of_other_incidents_are_not_counted(session: Session, incident_id: int) -> None:
    other = declare(session, 2)
    timeline.add(session, other.id, replace(MESSAGE, channel_id="C2"))
    assert timeline_counts.count(session, incident_id) == 0
    assert timeline.of_incident(session, incident_id) == []
