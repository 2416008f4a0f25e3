"""By when a postmortem is begun, in review and final: who is told, when, and what ends it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config.policy import Policy
from tests.support import harness
from tests.support.harness import POLICY, Town


def _resolved(town: Town, severity: str = "P1") -> str:
    channel = town.declare(f"{severity} checkout fails")
    town.incident("ben", "lead", channel)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    return channel


def _at(town: Town, day: int, hour: int, minute: int = 1) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    town.settle()


def _told(town: Town, person: str) -> list[str]:
    return [m["text"] for m in town.ws.dm(person) if "Postmortem of" in m["text"]]


def _write(town: Town, person: str) -> None:
    """Write the summary, with the form that the DM or the channel opens."""
    town.ws.submit(person, {"section": {"section": "summary"}})
    town.ws.submit(person, {"text": {"text": "Checkout was down for six minutes."}})
    town.settle()


def test_who_leads_is_told_that_nobody_has_begun_it_and_begins_it_from_the_dm(town: Town) -> None:
    _resolved(town)  # on Tuesday at ten in New York
    _at(town, 11, 13, 55)
    assert _told(town, "ben") == []
    _at(town, 11, 14, 5)
    (said,) = _told(town, "ben")
    assert "Nobody has written in it yet; it was to be begun 1 d after the end." in said
    assert "postmortem skip because" in said
    town.press("ben", "dm", "Edit a section")
    _write(town, "ben")
    _at(town, 12, 14, 5)
    assert (
        "It was not sent to review yet; that was to be 2 d after the end." in _told(town, "ben")[1]
    )


def test_who_writes_it_is_told_first_and_who_leads_a_working_day_later(town: Town) -> None:
    channel = _resolved(town)
    town.press("mei", channel, "Edit a section")
    _write(town, "mei")
    _at(town, 12, 14, 5)  # two days on, at 23:05 in Tokyo
    assert (_told(town, "mei"), _told(town, "ben")) == ([], [])
    _at(town, 13, 1, 5)
    assert "It was not sent to review yet" in _told(town, "mei")[0]
    _at(town, 13, 14, 5)
    assert len(_told(town, "ben")) == 0
    _at(town, 16, 14, 5)  # Monday
    assert len(_told(town, "ben")) == 1
    _at(town, 18, 1, 5)
    assert "It is not final yet; that was to be 5 working days after" in _told(town, "mei")[-1]
    assert len(_told(town, "mei")) == 2


def test_a_dm_a_day_holds_items_and_postmortems(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ana 2026-03-12 P2", channel)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    _at(town, 11, 14, 5)
    (both,) = [m["text"] for m in town.ws.dm("ana")]
    assert "2 things need you" in both
    assert "add an alert" in both
    assert "Nobody has written in it yet" in both
    _at(town, 12, 10, 5)  # the item is due today
    _at(town, 12, 14, 5)  # and the draft was to be sent to review: that is for tomorrow
    assert len(town.ws.dm("ana")) == 2
    _at(town, 13, 10, 5)
    assert "It was not sent to review yet" in town.ws.dm("ana")[-1]["text"]
    assert len(town.ws.dm("ana")) == 3


def test_no_postmortem_because_ends_it_and_asking_begins_it_anew(town: Town) -> None:
    channel = _resolved(town)
    town.incident("ana", "postmortem skip because it was a drill", channel)
    town.settle()
    _at(town, 11, 14, 5)
    assert _told(town, "ben") == []
    town.incident("ana", "postmortem ask it was no drill", channel)
    town.settle()
    assert len(_told(town, "ben")) == 1


def test_what_is_final_needs_nothing(town: Town) -> None:
    channel = _resolved(town)
    for word in ("submit because a drill", "approve", "final"):
        town.incident("ana", f"postmortem {word}", channel)
        town.settle()
    for day in (11, 12, 13, 17, 18, 19):
        _at(town, day, 14, 5)
    assert _told(town, "ben") == _told(town, "ana") == []


def test_an_incident_that_needs_none_is_left_alone(town: Town) -> None:
    _resolved(town, "P4")
    for day in (11, 12, 18):
        _at(town, day, 14, 5)
    assert _told(town, "ben") == []


def test_an_incident_that_is_opened_again_is_not_asked_about(town: Town) -> None:
    channel = _resolved(town)
    town.incident("ana", "reopen it is back", channel)
    town.settle()
    _at(town, 11, 14, 5)
    assert _told(town, "ben") == []


def test_deadlines_are_policy(tmp_path: Path) -> None:
    limits: dict[str, Any] = {"start_hours": 1, "draft_hours": False, "final_working_days": False}
    given = POLICY.model_dump(exclude_unset=True) | {"postmortem": {"deadlines": limits}}
    policy = Policy.model_validate(given)
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as town:
        _resolved(town)
        _at(town, 10, 15, 5)
        assert "it was to be begun 1 h after the end" in _told(town, "ben")[0]
        for day in (11, 12, 17, 18):
            _at(town, day, 14, 5)
        assert len(_told(town, "ben")) == 1
