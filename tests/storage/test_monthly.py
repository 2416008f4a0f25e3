"""What a month's figures are made from, on both databases."""

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


def item(session: Session, incident: Incident, **changes: Any) -> None:
    values: dict[str, Any] = {
        "incident_id": incident.id, "text": "x", "state": ItemState.OPEN, "created_by": "U1",
        "created_at": NOON, "due": date(2026, 3, 31),
    }  # fmt: skip
    action_items.add(session, **(values | changes))


def draft(session: Session, incident: Incident, **document: Any) -> None:
    postmortems.add(
        session, incident.id, at=NOON, template="full", markdown="", html="", picture=b"",
        picture_text="", document=document,
    )  # fmt: skip


def step(session: Session, incident: Incident, taken: ReviewStep, at: datetime = NOON) -> None:
    reviews.add(session, incident.id, StepTaken(step=taken, by="U1", at=at, version=1))


def decide(session: Session, incident: Incident, *, wanted: bool) -> None:
    made = Decision(wanted=wanted, by="U1", at=NOON, because="a drill", event_id="d")
    requirement_decisions.add(session, incident.id, made)


def only(session: Session) -> CountedIncident:
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
def test_kept_are_those_done_by_the_end_of_the_month(
    session: Session, changes: dict[str, Any], share: Share
) -> None:
    item(session, declare(session), **changes)
    assert monthly.compute_done_share(session, MARCH) == share


def test_incidents_are_those_since_a_time_and_those_that_they_may_repeat(session: Session) -> None:
    declare(session, 1, declared_at=NOON - 31 * DAY)
    declare(session, 2, declared_at=NOON - 30 * DAY)
    declare(session, 3, declared_at=NOON - 90 * DAY, resolved_at=NOON)
    late = declare(session, 4, declared_at=NOON - 90 * DAY, resolved_at=NOON - 80 * DAY)
    step(session, late, ReviewStep.FINAL)
    declare(session, 5, status=Status.CANCELLED)
    declare(session, 6, private=True)
    assert [each.id - late.id for each in monthly.list_handled(session, NOON)] == [-2, -1, 0, 2]


def test_the_newest_draft_says_what_was_needed_and_how_long_it_took(session: Session) -> None:
    incident = declare(session)
    assert (only(session).needed, only(session).spans) == (False, {})
    draft(session, incident, durations={"ttd": 1}, need={"needed": True, "reasons": []})
    draft(session, incident, durations={"ttd": 60, "ttr": None}, need={"needed": False})
    assert only(session).spans == {"ttd": 60, "ttr": None}
    assert not only(session).needed
    draft(session, incident, durations={}, need={"needed": True})
    assert only(session).needed
    draft(session, incident, durations={}, need=None)  # one of which it was not asked
    assert not only(session).needed


def test_what_people_decide_counts_too(session: Session) -> None:
    incident = declare(session)
    decide(session, incident, wanted=False)
    assert (only(session).needed, only(session).skipped) == (False, True)
    decide(session, incident, wanted=True)
    assert (only(session).needed, only(session).skipped) == (True, False)


def test_it_is_final_while_that_is_the_last_step(session: Session) -> None:
    incident = declare(session)
    step(session, incident, ReviewStep.SUBMITTED)
    assert only(session).final_at is None
    step(session, incident, ReviewStep.FINAL, NOON + DAY)
    assert only(session).final_at == NOON + DAY
    step(session, incident, ReviewStep.REOPENED)
    assert only(session).final_at is None
    step(session, incident, ReviewStep.FINAL, NOON + 2 * DAY)
    assert only(session).final_at == NOON + 2 * DAY


def test_everything_is_there_to_be_counted_again(session: Session) -> None:
    open_, hidden = declare(session, 1), declare(session, 2, private=True)
    for incident in (open_, hidden):
        item(session, incident)
        draft(session, incident, durations={})
    draft(session, open_, durations={"ttd": 5})
    step(session, open_, ReviewStep.SUBMITTED)
    decide(session, open_, wanted=True)
    (shown,) = data_export.incidents(session, private=False)
    assert (shown["key"], shown["postmortem"]["version"]) == ("INC-2026-001", 2)
    assert shown["postmortem"]["document"] == {"durations": {"ttd": 5}}
    assert [each["step"] for each in shown["review"]] == [ReviewStep.SUBMITTED]
    assert shown["decisions"][0]["wanted"] is True
    (mine,) = data_export.action_items(session, private=False)
    action_items.change(session, mine["id"], by="U2", at=NOON, due=date(2026, 4, 1))
    (mine,) = data_export.action_items(session, private=False)
    told = {"by": "U2", "at": NOON, "change": "due", "value": "2026-04-01"}
    assert (mine["incident"], mine["changes"]) == ("INC-2026-001", [told])
    assert len(data_export.incidents(session, private=True)) == 2
    assert len(data_export.action_items(session, private=True)) == 2
    assert data_export.private_incidents(session) == 1
    assert incidents.by_key(session, "INC-2026-002") is not None
