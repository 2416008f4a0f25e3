"""Messages, edits, deletions and marks delivered in any order and more than once."""

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
    database = Store("sqlite://")
    schema.upgrade(database)
    return database


def _record(session: Session, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    """Declare incident, record events in their order, and return its timeline."""
    incident = incidents.add(
        session, key="INC-2026-001", title="x", status=Status.DECLARED, channel_id="C1",
        channel_name="inc", declared_by="U1", declared_at=START,
    )  # fmt: skip
    for event in events:
        recording.record(session, event, START)
    return stored.of_incident(session, incident.id)


def record_message(
    store: Store, events: Iterable[TimelineEvent]
) -> tuple[TimelineEvent, list[str]]:
    """Record events of one message in their order; return the message and its earlier texts."""
    with Session(store.engine) as session:
        (message,) = _record(session, events)
        earlier = [row.text for row in session.exec(select(RevisionRow).order_by("version"))]
    return message, earlier  # nothing is committed


@given(events=st.permutations([SAID, *EDITS]), repeats=st.lists(st.sampled_from([SAID, *EDITS])))
def test_edits_in_any_order_end_with_the_latest_text(
    store: Store, events: list[TimelineEvent], repeats: list[TimelineEvent]
) -> None:
    event, earlier = record_message(store, [*events, *repeats])
    assert (event.text, event.version) == ("one", EDITS[-1].version)
    assert event.edited
    assert set(earlier) <= {"one", "two", "three"}
    assert {"two", "three"} <= set(earlier)


@given(events=st.permutations([SAID, *EDITS, DELETED, DELETED]))
def test_a_deletion_counts_in_any_order(store: Store, events: list[TimelineEvent]) -> None:
    event, earlier = record_message(store, events)
    assert (event.text, event.deleted, earlier) == ("", True, [])


ALERT = replace(SAID, kind=EventKind.ALERT, author="Pager")
UPDATES = [replace(edit, kind=EventKind.ALERT, author="Pager") for edit in EDITS[:2]]
BACK = replace(EDITS[2], kind=EventKind.ALERT, author="Pager")


@given(
    events=st.permutations([ALERT, *UPDATES]), repeats=st.lists(st.sampled_from([ALERT, *UPDATES]))
)
def test_app_updates_in_any_order_are_recorded_as_one_event_each(
    store: Store, events: list[TimelineEvent], repeats: list[TimelineEvent]
) -> None:
    recorded = record_all(store, [*events, *repeats])
    assert [event.text for event in recorded] == ["one", "two", "three"]
    assert [event.happened_at for event in recorded][1:] == [
        from_slack_ts(update.version) for update in UPDATES
    ]


@given(events=st.permutations([ALERT, *UPDATES, BACK]))
def test_an_app_update_back_to_an_earlier_text_is_recorded_from_the_history(
    store: Store, events: list[TimelineEvent]
) -> None:
    recorded = record_all(store, [*events, replace(BACK, source=Source.FETCHED)])
    assert [event.text for event in recorded] == ["one", "two", "three", "one"]


@given(events=st.permutations([ALERT, *UPDATES, replace(DELETED, kind=EventKind.ALERT), *UPDATES]))
def test_the_deletion_of_an_updated_app_message_counts_in_any_order(
    store: Store, events: list[TimelineEvent]
) -> None:
    recorded = record_all(store, events)
    assert {(event.text, event.deleted) for event in recorded} == {("", True)}


def record_all(store: Store, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    with Session(store.engine) as session:
        return _record(session, events)


def test_an_edit_before_its_message_is_applied_to_it(store: Store) -> None:
    event, earlier = record_message(store, [EDITS[0], SAID])
    assert (event.text, event.edited, earlier) == ("two", True, ["one"])


def test_a_link_preview_is_not_an_edit(store: Store) -> None:
    preview = replace(SAID, version="1773144009.000100")
    event, earlier = record_message(store, [SAID, preview])
    assert (event.text, event.edited, earlier) == ("one", False, [])


def test_the_history_corrects_the_text_of_the_same_version(store: Store) -> None:
    fetched = replace(SAID, text="one, and more", source=Source.FETCHED)
    event, _ = record_message(store, [SAID, fetched])
    assert event.text == "one, and more"
    repeated, _ = record_message(store, [SAID, replace(SAID, text="other")])
    assert repeated.text == "one"


def test_one_message_with_two_ids_is_recorded_once(store: Store) -> None:
    first = replace(SAID, client_id="c-1")
    second = replace(first, message_id="1773144021.000200")
    event, _ = record_message(store, [first, second, replace(second, text="", deleted=True)])
    assert (event.message_id, event.text, event.deleted) == (TS, "one", False)


@given(order=st.permutations(range(4)))
def test_mark_changes_in_any_order_end_with_the_latest(store: Store, order: list[int]) -> None:
    changes = [
        MarkChange(
            message_id=TS, person="U1", mark=Mark.TIMELINE, at=START,
            version=f"177314500{number}.000100", removed=number % 2 == 1,
        )
        for number in range(4)
    ]  # fmt: skip
    with Session(store.engine) as session:
        for number in order:
            marks.save(session, "C1", changes[number])
        assert marks.of_messages(session, "C1", [TS]) == set()
