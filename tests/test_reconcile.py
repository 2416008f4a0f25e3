"""A channel's history against the record, where the wire cannot be made to stumble on purpose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import reconcile, timeline
from bot.domain.incident import Incident, Status
from bot.domain.timeline import TimelineEvent, moment_of
from bot.reconcile import History
from storage import incidents, schema
from storage import timeline as stored
from storage.engine import Session, Store
from tests.harness import START


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
        message_id=ts, channel_id="C1", author="U1", text=text, happened_at=moment_of(ts)
    )


def _history(*events: TimelineEvent, whole: bool = True) -> History:
    until = START + timedelta(hours=1)
    return History(since=START, until=until, events=events, whole=whole)


def _at(minutes: int) -> str:
    return f"{(START + timedelta(minutes=minutes)).timestamp():.6f}"


def test_what_was_said_while_the_history_was_read_is_kept(
    session: Session, incident: Incident
) -> None:
    timeline.record(session, said(_at(61), "just now"), START)
    tally = reconcile.compare(session, incident, _history(), START)
    assert tally.deleted == 0


def test_what_is_gone_from_the_history_is_gone_from_the_record(
    session: Session, incident: Incident
) -> None:
    timeline.record(session, said(_at(5)), START)
    tally = reconcile.compare(session, incident, _history(), START)
    assert tally.deleted == 1
    assert stored.of_incident(session, incident.id)[0].text == ""


def test_a_history_with_a_gap_proves_no_deletion(session: Session, incident: Incident) -> None:
    timeline.record(session, said(_at(5)), START)
    tally = reconcile.compare(session, incident, _history(whole=False), START)
    assert tally.deleted == 0
    assert incidents.recording(session, incident.id) == (0, 1)


def test_a_missed_edit_is_followed(session: Session, incident: Incident) -> None:
    timeline.record(session, said(_at(5), "3,900"), START)
    edited = replace(said(_at(5), "4,200"), edited=True, version=_at(6))
    tally = reconcile.compare(session, incident, _history(edited), START)
    assert tally.added == 0
    assert stored.of_incident(session, incident.id)[0].text == "4,200"


def test_comparing_twice_changes_nothing_more(session: Session, incident: Incident) -> None:
    history = _history(said(_at(5)), said(_at(6)))
    assert reconcile.compare(session, incident, history, START).added == 2
    again = reconcile.compare(session, incident, history, START)
    assert (again.added, again.deleted) == (0, 0)
