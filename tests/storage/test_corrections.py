"""Corrections change what people see, not what is compared with Slack."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.timeline import Deletion, EventKind, TimelineEvent
from storage import corrections, timeline, timeline_counts, timeline_entries
from storage.corrections import Correction
from storage.engine import statements
from storage.engine.store import Session, Store
from storage.tables import CorrectionRow
from tests.storage.conftest import NOON, declare


def _message(minutes: int, text: str = "it fails") -> TimelineEvent:
    at = NOON + timedelta(minutes=minutes)
    return TimelineEvent(
        message_id=f"m{minutes}", channel_id="C1", author="U1", text=text, happened_at=at
    )


@pytest.fixture
def incident_id(session: Session) -> int:
    found = declare(session).id
    for minutes in (1, 2, 3):
        timeline.add(session, found, _message(minutes))
    return found


def _correct(session: Session, message_id: str, person: str = "U2", **changes: object) -> None:
    event = timeline.find(session, "C1", message_id)
    assert event
    correction = replace(Correction(event.id, person), **changes)  # type: ignore[arg-type]
    corrections.add(session, correction, NOON)


def _read(session: Session, incident_id: int) -> list[tuple[str, str, str]]:
    found = timeline.of_incident(session, incident_id)
    return [(event.message_id, event.text, event.corrected_by) for event in found]


def test_the_last_correction_of_each_field_counts(session: Session, incident_id: int) -> None:
    _correct(session, "m1", text="the first try")
    _correct(session, "m1", "U3", happened_at=NOON + timedelta(minutes=9))
    _correct(session, "m1", text="db fails")
    assert _read(session, incident_id) == [
        ("m2", "it fails", ""),
        ("m3", "it fails", ""),
        ("m1", "db fails", "U2"),
    ]


def test_the_original_is_kept_for_comparison_with_slack(session: Session, incident_id: int) -> None:
    _correct(session, "m1", text="db fails", happened_at=NOON, hidden=True)
    found = timeline.find(session, "C1", "m1")
    known = timeline.by_ids(session, "C1", ["m1"])["m1"]
    for event in (found, known):
        assert event
        assert (event.text, event.happened_at) == ("it fails", NOON + timedelta(minutes=1))
        assert (event.corrected_by, event.hidden) == ("", False)
    since = NOON + timedelta(seconds=30)
    (between,) = timeline.between(session, incident_id, since, since + timedelta(minutes=1), None)
    assert between.text == "it fails"


def test_an_edit_in_slack_does_not_undo_a_correction(session: Session, incident_id: int) -> None:
    _correct(session, "m1", text="db fails")
    known = timeline.find(session, "C1", "m1")
    assert known
    timeline.revise(session, known, replace(known, text="it fails badly", version="9"), NOON)
    assert _read(session, incident_id)[0] == ("m1", "db fails", "U2")


def test_deleting_a_message_deletes_its_corrected_text_too(
    session: Session, incident_id: int
) -> None:
    _correct(session, "m1", text="db fails")
    event = timeline.find(session, "C1", "m1")
    assert event
    timeline.erase(session, event, Deletion.REPORTED)
    assert _read(session, incident_id)[0] == ("m1", "", "")
    assert [row.text for row in session.exec(select(CorrectionRow))] == [None]


def _ids(events: list[TimelineEvent]) -> list[str]:
    return [event.message_id for event in events]


def test_hidden_events_are_paged_but_are_not_among_the_latest(
    session: Session, incident_id: int
) -> None:
    _correct(session, "m3", hidden=True)
    assert _ids(timeline.latest(session, incident_id, 2)) == ["m1", "m2"]
    assert _ids(timeline_entries.page(session, incident_id, 2, 0)) == ["m2", "m3"]
    assert [event.hidden for event in timeline_entries.page(session, incident_id, 2, 0)] == [
        False,
        True,
    ]
    _correct(session, "m3", hidden=False)
    assert _ids(timeline.latest(session, incident_id, 2)) == ["m2", "m3"]


def test_pages_follow_the_corrected_times(session: Session, incident_id: int) -> None:
    _correct(session, "m3", happened_at=NOON - timedelta(hours=1))
    assert _ids(timeline_entries.page(session, incident_id, 2, 0)) == ["m1", "m2"]
    assert _ids(timeline_entries.page(session, incident_id, 2, 2)) == ["m3"]
    assert timeline_counts.entries(session, incident_id) == 3


def test_the_last_impact_uses_corrected_text_and_skips_hidden_ones(
    session: Session, incident_id: int
) -> None:
    for minutes in (4, 5):
        impact = replace(_message(minutes, f"{minutes} users"), kind=EventKind.IMPACT)
        timeline.add(session, incident_id, impact)
    _correct(session, "m5", hidden=True)
    _correct(session, "m4", text="6 users")
    found = timeline.last_impact(session, incident_id)
    assert found
    assert found.text == "6 users"


def test_a_timeline_entry_is_found_with_its_incident(session: Session, incident_id: int) -> None:
    _correct(session, "m1", text="db fails")
    event = timeline.find(session, "C1", "m1")
    assert event
    found = timeline_entries.by_id(session, event.id)
    assert found
    assert (found[0], found[1].text) == (incident_id, "db fails")
    assert timeline_entries.by_id(session, 99_999) is None


def test_corrections_are_read_in_batches(
    session: Session, incident_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "BATCH", 1)
    for minutes in (1, 2, 3):
        _correct(session, f"m{minutes}", text=f"text {minutes}")
    assert [text for _, text, _ in _read(session, incident_id)] == ["text 1", "text 2", "text 3"]


def test_a_correction_is_read_back_in_a_later_transaction(store: Store) -> None:
    with store.begin() as session:
        incident_id = declare(session).id
        timeline.add(session, incident_id, _message(1))
        _correct(session, "m1", happened_at=datetime(2026, 3, 10, 11, tzinfo=NOON.tzinfo))
    with store.begin() as session:
        (event,) = timeline.of_incident(session, incident_id)
        assert event.happened_at == datetime(2026, 3, 10, 11, tzinfo=NOON.tzinfo)
