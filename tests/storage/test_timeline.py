from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.domain.timeline import Deletion, EventKind, Mark, MarkChange, Source, TimelineEvent
from storage import marks as stored_marks
from storage import timeline, timeline_counts
from storage.engine.store import Session, Store
from storage.tables import RevisionRow
from tests.storage.conftest import NOON, declare, together

SAID = TimelineEvent(
    message_id="1773144000.000100",
    channel_id="C1",
    author="U1",
    text="it fails & <@U2> knows",
    happened_at=NOON,
    thread_id="1773143000.000100",
)


def at(minutes: int, **changes: object) -> TimelineEvent:
    """Another message, minutes later."""
    later = NOON + timedelta(minutes=minutes)
    return replace(SAID, message_id=f"m{minutes}", happened_at=later, **changes)  # type: ignore[arg-type]


def edit(text: str) -> TimelineEvent:
    """A later text of the message."""
    return replace(SAID, text=text, version=f"1773144000.{text}", edited=True)


@pytest.fixture
def incident_id(store: Store) -> int:
    with store.begin() as session:
        return declare(session).id


def stored(session: Session) -> TimelineEvent:
    found = timeline.find(session, SAID.channel_id, SAID.message_id)
    assert found is not None
    return found


def revisions(session: Session) -> list[str]:
    return [row.text for row in session.exec(select(RevisionRow).order_by("id"))]


def test_a_message_comes_back_as_it_was_said(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    assert replace(stored(session), id=0) == SAID


def test_redelivered_message_is_recorded_once(session: Session, incident_id: int) -> None:
    first = timeline.add(session, incident_id, SAID)
    second = timeline.add(session, incident_id, replace(SAID, text="a repeat"))
    assert (first, second, timeline_counts.count(session, incident_id)) == (True, False, 1)
    assert stored(session).text == SAID.text


def test_the_same_id_in_another_channel_is_another_message(
    session: Session, incident_id: int
) -> None:
    assert timeline.add(session, incident_id, SAID)
    assert timeline.add(session, incident_id, replace(SAID, channel_id="C2"))


def test_a_message_delivered_to_six_at_once_is_recorded_once(
    store: Store, incident_id: int
) -> None:
    def record(_: int) -> bool:
        with store.begin() as session:
            return timeline.add(session, incident_id, SAID)

    assert sorted(together(6, record)) == [False] * 5 + [True]


def test_an_edit_gives_the_new_text_and_says_so(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    timeline.revise(session, stored(session), edit("it fails"), NOON)
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.edited) == ("it fails", True)


def test_each_edit_keeps_what_was_said_before(store: Store, incident_id: int) -> None:
    for text in ("first", "second"):
        with store.begin() as session:
            timeline.add(session, incident_id, SAID)
            timeline.revise(session, stored(session), edit(text), NOON)
    with store.begin() as session:
        assert revisions(session) == [SAID.text, "first"]
        assert stored(session).text == "second"


def test_an_erased_message_leaves_a_marked_line_without_text(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, SAID)
    timeline.erase(session, stored(session), Deletion.REPORTED)
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.deleted, event.message_id) == ("", True, SAID.message_id)


def test_an_erased_message_loses_its_revisions_too(store: Store, incident_id: int) -> None:
    with store.begin() as session:
        timeline.add(session, incident_id, SAID)
        timeline.revise(session, stored(session), edit("second"), NOON)
    with store.begin() as session:
        timeline.erase(session, stored(session), Deletion.REPORTED)
    with store.begin() as session:
        assert revisions(session) == []


def test_erasing_one_message_leaves_the_revisions_of_others(
    session: Session, incident_id: int
) -> None:
    for event in (SAID, at(1)):
        timeline.add(session, incident_id, event)
    timeline.revise(session, stored(session), edit("second"), NOON)
    other = timeline.find(session, "C1", "m1")
    assert other is not None
    timeline.erase(session, other, Deletion.REPORTED)
    assert revisions(session) == [SAID.text]


def test_a_repeat_of_an_erased_message_does_not_bring_its_text_back(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, SAID)
    timeline.erase(session, stored(session), Deletion.REPORTED)
    assert not timeline.add(session, incident_id, SAID)
    assert timeline.of_incident(session, incident_id)[0].text == ""


def test_a_restored_message_is_as_slack_shows_it(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    timeline.erase(session, stored(session), Deletion.MISSING)
    timeline.restore(session, stored(session), edit("second"))
    (event,) = timeline.of_incident(session, incident_id)
    assert (event.text, event.edited, event.version) == ("second", True, edit("second").version)
    assert (event.deleted, event.deletion) == (False, None)


def marks(session: Session, incident_id: int) -> frozenset[Mark]:
    return timeline.of_incident(session, incident_id)[0].marks


def put(
    session: Session,
    person: str = "U1",
    kind: Mark = Mark.LUCKY,
    version: str = "1",
    *,
    removed: bool = False,
) -> bool:
    marked = MarkChange(
        message_id=SAID.message_id, person=person, mark=kind, version=version, at=NOON,
        removed=removed,
    )  # fmt: skip
    return stored_marks.save(session, "C1", marked)


def test_marks_of_all_people_are_on_the_message(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    put(session, "U1", Mark.LUCKY)
    put(session, "U2", Mark.DECISION)
    assert marks(session, incident_id) == {Mark.LUCKY, Mark.DECISION}


def test_a_mark_may_come_before_its_message(session: Session, incident_id: int) -> None:
    put(session)
    timeline.add(session, incident_id, SAID)
    assert marks(session, incident_id) == {Mark.LUCKY}


def test_a_person_marks_a_message_once(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    assert (put(session), put(session), put(session, "U2")) == (True, False, True)


def test_a_mark_of_another_channels_message_is_not_ours(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    marked = MarkChange(
        message_id=SAID.message_id, person="U1", mark=Mark.LUCKY, version="1", at=NOON
    )
    stored_marks.save(session, "C2", marked)
    assert marks(session, incident_id) == frozenset()


def test_a_mark_stays_while_somebody_holds_it(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, SAID)
    put(session, "U1")
    put(session, "U2")
    assert put(session, "U1", version="2", removed=True)
    assert marks(session, incident_id) == {Mark.LUCKY}


def test_a_mark_that_was_taken_back_is_not_brought_back_by_an_older_word(
    session: Session, incident_id: int
) -> None:
    timeline.add(session, incident_id, SAID)
    put(session, version="2", removed=True)
    assert not put(session, version="1")
    assert marks(session, incident_id) == frozenset()
    assert put(session, version="3")
    assert marks(session, incident_id) == {Mark.LUCKY}


def test_who_marks_what_is_known_for_messages_asked_for(session: Session) -> None:
    put(session, "U1")
    put(session, "U2", Mark.DECISION)
    put(session, "U3", removed=True)
    found = stored_marks.of_messages(session, "C1", [SAID.message_id, "other"])
    ts = SAID.message_id
    assert found == {(ts, "U1", Mark.LUCKY), (ts, "U2", Mark.DECISION)}


def test_the_same_message_under_two_ids_is_one(session: Session, incident_id: int) -> None:
    first = replace(SAID, client_id="6c8a-1")
    assert timeline.add(session, incident_id, first)
    assert not timeline.add(session, incident_id, replace(at(1), client_id="6c8a-1"))
    found = timeline.find(session, "C1", "m1", "6c8a-1")
    assert found is not None
    assert found.message_id == SAID.message_id


def test_a_version_is_kept_once(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, edit("second"))
    known = stored(session)
    kept = [timeline.add_earlier_version(session, known.id, SAID, NOON) for _ in range(2)]
    assert kept == [True, False]
    assert revisions(session) == [SAID.text]


def test_events_are_in_the_order_in_which_they_happened(session: Session, incident_id: int) -> None:
    for minutes in (5, 1, 3):
        timeline.add(session, incident_id, at(minutes))
    found = [event.message_id for event in timeline.of_incident(session, incident_id)]
    assert found == ["m1", "m3", "m5"]


def test_the_latest_are_oldest_first_and_without_what_was_deleted(
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


def test_without_an_impact_there_is_no_last_one(session: Session, incident_id: int) -> None:
    assert timeline.last_impact(session, incident_id) is None


def test_a_deed_is_found_by_its_id(session: Session, incident_id: int) -> None:
    timeline.add(session, incident_id, replace(SAID, message_id="deed-1", kind=EventKind.NOTE))
    assert timeline.by_message_id(session, incident_id, "deed-1").kind is EventKind.NOTE


def test_another_incidents_events_are_not_counted(session: Session, incident_id: int) -> None:
    other = declare(session, 2)
    timeline.add(session, other.id, replace(SAID, channel_id="C2"))
    assert timeline_counts.count(session, incident_id) == 0
    assert timeline.of_incident(session, incident_id) == []
