"""Data behind the monthly figures, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_item import ItemState
from bot.domain.incident import Incident, Status
from bot.domain.monthly import CountedIncident, Month, Share
from bot.domain.requirement import Decision
from bot.domain.review import ReviewStep, StepTaken
from storage import (
    action_items,
    data_export,
    incidents,
    monthly,
    postmortems,
    requirement_decisions,
    reviews,
)
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

MARCH = Month(date(2026, 3, 1), UTC)
DAY = timedelta(days=1)


def add_item(session: Session, incident: Incident, **changes: Any) -> None:
    values: dict[str, Any] = {
        "incident_id": incident.id, "text": "x", "state": ItemState.OPEN, "created_by": "U1",
        "created_at": NOON, "due": date(2026, 3, 31),
    }  # fmt: skip
    action_items.add(session, **(values | changes))


def add_draft(session: Session, incident: Incident, **document: Any) -> None:
    postmortems.add(
        session, incident.id, at=NOON, template="full", markdown="", html="", picture=b"",
        picture_text="", document=document,
    )  # fmt: skip


def add_step(session: Session, incident: Incident, taken: ReviewStep, at: datetime = NOON) -> None:
    reviews.add(session, incident.id, StepTaken(step=taken, by="U1", at=at, version=1))


def add_decision(session: Session, incident: Incident, *, wanted: bool) -> None:
    decision = Decision(wanted=wanted, by="U1", at=NOON, because="a drill", event_id="d")
    requirement_decisions.add(session, incident.id, decision)


def only_incident(session: Session) -> CountedIncident:
    (found,) = monthly.list_handled(session, NOON)
    return found


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({}, Share(0, 1)),
        ({"due": date(2026, 3, 1)}, Share(0, 1)),
        ({"due": date(2026, 2, 28)}, Share(0, 0)),
        ({"due": date(2026, 4, 1)}, Share(0, 0)),
        ({"due": None}, Share(0, 0)),
        ({"state": ItemState.SUGGESTED}, Share(0, 0)),
        ({"state": ItemState.DROPPED}, Share(0, 0)),
        ({"state": ItemState.DONE, "done_at": MARCH.end - timedelta(seconds=1)}, Share(1, 1)),
        ({"state": ItemState.DONE, "done_at": MARCH.end}, Share(0, 1)),
        ({"state": ItemState.DONE, "done_at": NOON - 40 * DAY}, Share(1, 1)),
    ],
)
def test_items_done_by_the_end_of_the_month_count_as_done_on_time(
    session: Session, changes: dict[str, Any], share: Share
) -> None:
    add_item(session, declare(session), **changes)
    assert monthly.compute_done_share(session, MARCH) == share


def test_listed_incidents_are_handled_since_a_time_with_earlier_ones_they_may_repeat(
    session: Session,
) -> None:
    declare(session, 1, declared_at=NOON - 31 * DAY)
    declare(session, 2, declared_at=NOON - 30 * DAY)
    declare(session, 3, declared_at=NOON - 90 * DAY, resolved_at=NOON)
    late = declare(session, 4, declared_at=NOON - 90 * DAY, resolved_at=NOON - 80 * DAY)
    add_step(session, late, ReviewStep.FINAL)
    declare(session, 5, status=Status.CANCELLED)
    declare(session, 6, private=True)
    assert [incident.id - late.id for incident in monthly.list_handled(session, NOON)] == [
        -2,
        -1,
        0,
        2,
    ]


def test_the_newest_draft_decides_the_requirement_and_durations(session: Session) -> None:
    incident = declare(session)
    assert (only_incident(session).needed, only_incident(session).spans) == (False, {})
    add_draft(session, incident, durations={"ttd": 1}, need={"needed": True, "reasons": []})
    add_draft(session, incident, durations={"ttd": 60, "ttr": None}, need={"needed": False})
    assert only_incident(session).spans == {"ttd": 60, "ttr": None}
    assert not only_incident(session).needed
    add_draft(session, incident, durations={}, need={"needed": True})
    assert only_incident(session).needed
    add_draft(session, incident, durations={}, need=None)  # a draft that predates the question
    assert not only_incident(session).needed


def test_decisions_by_people_override_the_draft(session: Session) -> None:
    incident = declare(session)
    add_decision(session, incident, wanted=False)
    assert (only_incident(session).needed, only_incident(session).skipped) == (False, True)
    add_decision(session, incident, wanted=True)
    assert (only_incident(session).needed, only_incident(session).skipped) == (True, False)


def test_a_postmortem_is_final_while_that_is_its_last_step(session: Session) -> None:
    incident = declare(session)
    add_step(session, incident, ReviewStep.SUBMITTED)
    assert only_incident(session).final_at is None
    add_step(session, incident, ReviewStep.FINAL, NOON + DAY)
    assert only_incident(session).final_at == NOON + DAY
    add_step(session, incident, ReviewStep.REOPENED)
    assert only_incident(session).final_at is None
    add_step(session, incident, ReviewStep.FINAL, NOON + 2 * DAY)
    assert only_incident(session).final_at == NOON + 2 * DAY


def test_the_data_export_has_the_data_behind_the_figures(session: Session) -> None:
    open_, hidden = declare(session, 1), declare(session, 2, private=True)
    for incident in (open_, hidden):
        add_item(session, incident)
        add_draft(session, incident, durations={})
    add_draft(session, open_, durations={"ttd": 5})
    add_step(session, open_, ReviewStep.SUBMITTED)
    add_decision(session, open_, wanted=True)
    (exported,) = data_export.incidents(session, private=False)
    assert (exported["key"], exported["postmortem"]["version"]) == ("INC-2026-001", 2)
    assert exported["postmortem"]["document"] == {"durations": {"ttd": 5}}
    assert [step_taken["step"] for step_taken in exported["review"]] == [ReviewStep.SUBMITTED]
    assert exported["decisions"][0]["wanted"] is True
    (exported_item,) = data_export.action_items(session, private=False)
    action_items.change(session, exported_item["id"], by="U2", at=NOON, due=date(2026, 4, 1))
    (exported_item,) = data_export.action_items(session, private=False)
    change = {"by": "U2", "at": NOON, "change": "due", "value": "2026-04-01"}
    assert (exported_item["incident"], exported_item["changes"]) == ("INC-2026-001", [change])
    assert len(data_export.incidents(session, private=True)) == 2
    assert len(data_export.action_items(session, private=True)) == 2
    assert data_export.private_incidents(session) == 1
    assert incidents.by_key(session, "INC-2026-002") is not None
