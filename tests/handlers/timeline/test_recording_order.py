"""What a message said and how it was marked, told in any order and more than once."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.domain.incident import Status
from bot.domain.timeline import EventKind, Mark, MarkChange, Source, TimelineEvent, from_slack_ts
from bot.timeline import recording
from storage import incidents, marks
from storage import timeline as stored
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.tables import RevisionRow
from tests.support.harness import START

TS = "1773144000.000100"
SAID = TimelineEvent(
    message_id=TS, channel_id="C1", author="U1", text="one", happened_at=from_slack_ts(TS)
)
EDITS = [
    replace(SAID, text=text, version=f"177314400{number}.000100", edited=True)
    for number, text in enumerate(("two", "three", "one"), start=1)
]
DELETED = replace(SAID, text="", deleted=True)


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store("sqlite://")
    schema.upgrade(made)
    return made


def recorded(store: Store, told: Iterable[TimelineEvent]) -> tuple[TimelineEvent, list[str]]:
    """The message and its earlier texts once all of this was told, each in its own transaction."""
    with Session(store.engine) as session:
        incident = incidents.add(
            session, key="INC-2026-001", title="x", status=Status.DECLARED, channel_id="C1",
            channel_name="inc", declared_by="U1", declared_at=START,
        )  # fmt: skip
        for event in told:
            recording.record(session, event, START)
        (found,) = stored.of_incident(session, incident.id)
        earlier = [row.text for row in session.exec(select(RevisionRow).order_by("version"))]
    return found, earlier  # nothing was committed


@given(told=st.permutations([SAID, *EDITS]), again=st.lists(st.sampled_from([SAID, *EDITS])))
def test_edits_in_any_order_end_at_the_last(
    store: Store, told: list[TimelineEvent], again: list[TimelineEvent]
) -> None:
    event, earlier = recorded(store, [*told, *again])
    assert (event.text, event.version) == ("one", EDITS[-1].version)
    assert event.edited
    assert set(earlier) <= {"one", "two", "three"}
    assert {"two", "three"} <= set(earlier)


@given(told=st.permutations([SAID, *EDITS, DELETED, DELETED]))
def test_a_deletion_counts_wherever_it_comes(store: Store, told: list[TimelineEvent]) -> None:
    event, earlier = recorded(store, told)
    assert (event.text, event.deleted, earlier) == ("", True, [])


ALERT = replace(SAID, kind=EventKind.ALERT, author="Pager")
UPDATES = [replace(each, kind=EventKind.ALERT, author="Pager") for each in EDITS[:2]]
BACK = replace(EDITS[2], kind=EventKind.ALERT, author="Pager")


@given(told=st.permutations([ALERT, *UPDATES]), again=st.lists(st.sampled_from([ALERT, *UPDATES])))
def test_updates_of_an_application_in_any_order_are_one_event_each(
    store: Store, told: list[TimelineEvent], again: list[TimelineEvent]
) -> None:
    found = all_recorded(store, [*told, *again])
    assert [event.text for event in found] == ["one", "two", "three"]
    assert [event.happened_at for event in found][1:] == [from_slack_ts(e.version) for e in UPDATES]


@given(told=st.permutations([ALERT, *UPDATES, BACK]))
def test_a_return_to_earlier_words_is_known_once_the_history_was_read(
    store: Store, told: list[TimelineEvent]
) -> None:
    found = all_recorded(store, [*told, replace(BACK, source=Source.FETCHED)])
    assert [event.text for event in found] == ["one", "two", "three", "one"]


@given(told=st.permutations([ALERT, *UPDATES, replace(DELETED, kind=EventKind.ALERT), *UPDATES]))
def test_the_deletion_of_an_updated_message_counts_wherever_it_comes(
    store: Store, told: list[TimelineEvent]
) -> None:
    found = all_recorded(store, told)
    assert {(event.text, event.deleted) for event in found} == {("", True)}


def all_recorded(store: Store, told: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    with Session(store.engine) as session:
        incident = incidents.add(
            session, key="INC-2026-001", title="x", status=Status.DECLARED, channel_id="C1",
            channel_name="inc", declared_by="U1", declared_at=START,
        )  # fmt: skip
        for event in told:
            recording.record(session, event, START)
        return stored.of_incident(session, incident.id)


def test_an_edit_before_its_message_is_kept_until_it_comes(store: Store) -> None:
    event, earlier = recorded(store, [EDITS[0], SAID])
    assert (event.text, event.edited, earlier) == ("two", True, ["one"])


def test_what_slack_changes_by_itself_is_no_edit(store: Store) -> None:
    preview = replace(SAID, version="1773144009.000100")
    event, earlier = recorded(store, [SAID, preview])
    assert (event.text, event.edited, earlier) == ("one", False, [])


def test_slacks_history_corrects_the_same_version(store: Store) -> None:
    fetched = replace(SAID, text="one, and more", source=Source.FETCHED)
    event, _ = recorded(store, [SAID, fetched])
    assert event.text == "one, and more"
    heard, _ = recorded(store, [SAID, replace(SAID, text="other")])
    assert heard.text == "one"


def test_one_message_under_two_ids_is_recorded_once(store: Store) -> None:
    first = replace(SAID, client_id="c-1")
    second = replace(first, message_id="1773144021.000200")
    event, _ = recorded(store, [first, second, replace(second, text="", deleted=True)])
    assert (event.message_id, event.text, event.deleted) == (TS, "one", False)


@given(order=st.permutations(range(4)))
def test_marks_in_any_order_end_at_the_last(store: Store, order: list[int]) -> None:
    told = [
        MarkChange(
            message_id=TS, person="U1", mark=Mark.TIMELINE, at=START,
            version=f"177314500{number}.000100", removed=number % 2 == 1,
        )
        for number in range(4)
    ]  # fmt: skip
    with Session(store.engine) as session:
        for number in order:
            marks.save(session, "C1", told[number])
        assert marks.of_messages(session, "C1", [TS]) == set()
