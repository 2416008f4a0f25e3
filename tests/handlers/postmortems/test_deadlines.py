"""Deadlines to start, submit and finalize a postmortem: who is reminded, and when."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config.policy import Policy
from tests.support import harness
from tests.support.harness import POLICY, Town


def _resolve(town: Town, severity: str = "P1") -> str:
    channel = town.declare(f"{severity} checkout fails")
    town.incident("ben", "lead", channel)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    return channel


def _at(town: Town, day: int, hour: int, minute: int = 1) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    town.settle()


def _reminders(town: Town, person: str) -> list[str]:
    return [m["text"] for m in town.ws.dm(person) if "Postmortem of" in m["text"]]


def _write(town: Town, person: str) -> None:
    """Write the summary in the form that the DM or the channel opens."""
    town.ws.submit(person, {"section": {"section": "summary"}})
    town.ws.submit(person, {"text": {"text": "Checkout was down for six minutes."}})
    town.settle()


def test_the_lead_is_reminded_of_a_postmortem_not_started_and_starts_it_from_the_dm(
    town: Town,
) -> None:
    _resolve(town)  # on Tuesday at ten in New York
    _at(town, 11, 13, 55)
    assert _reminders(town, "ben") == []
    _at(town, 11, 14, 5)
    (reminder,) = _reminders(town, "ben")
    assert "Nobody has written in it yet; it was to be begun 1 d after the end." in reminder
    assert "postmortem skip because" in reminder
    town.press("ben", "dm", "Edit a section")
    _write(town, "ben")
    _at(town, 12, 14, 5)
    assert (
        "It was not sent to review yet; that was to be 2 d after the end."
        in _reminders(town, "ben")[1]
    )


def test_the_author_is_reminded_first_and_the_lead_one_working_day_later(town: Town) -> None:
    channel = _resolve(town)
    town.press("mei", channel, "Edit a section")
    _write(town, "mei")
    _at(town, 12, 14, 5)  # two days on, at 23:05 in Tokyo
    assert (_reminders(town, "mei"), _reminders(town, "ben")) == ([], [])
    _at(town, 13, 1, 5)
    assert "It was not sent to review yet" in _reminders(town, "mei")[0]
    _at(town, 13, 14, 5)
    assert len(_reminders(town, "ben")) == 0
    _at(town, 16, 14, 5)  # Monday
    assert len(_reminders(town, "ben")) == 1
    _at(town, 18, 1, 5)
    assert "It is not final yet; that was to be 5 working days after" in _reminders(town, "mei")[-1]
    assert len(_reminders(town, "mei")) == 2


def test_one_dm_a_day_lists_items_and_postmortems(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ana 2026-03-12 P2", channel)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    _at(town, 11, 14, 5)
    (reminder,) = [m["text"] for m in town.ws.dm("ana")]
    assert "2 things need you" in reminder
    assert "add an alert" in reminder
    assert "Nobody has written in it yet" in reminder
    _at(town, 12, 10, 5)  # the item is due today
    _at(town, 12, 14, 5)  # the draft is due for review too: that reminder waits for tomorrow
    assert len(town.ws.dm("ana")) == 2
    _at(town, 13, 10, 5)
    assert "It was not sent to review yet" in town.ws.dm("ana")[-1]["text"]
    assert len(town.ws.dm("ana")) == 3


def test_skipping_the_postmortem_stops_the_reminders_and_requesting_it_resumes_them(
    town: Town,
) -> None:
    channel = _resolve(town)
    town.incident("ana", "postmortem skip because it was a drill", channel)
    town.settle()
    _at(town, 11, 14, 5)
    assert _reminders(town, "ben") == []
    town.incident("ana", "postmortem ask it was no drill", channel)
    town.settle()
    assert len(_reminders(town, "ben")) == 1


def test_a_final_postmortem_sends_no_reminders(town: Town) -> None:
    channel = _resolve(town)
    for word in ("submit because a drill", "approve", "final"):
        town.incident("ana", f"postmortem {word}", channel)
        town.settle()
    for day in (11, 12, 13, 17, 18, 19):
        _at(town, day, 14, 5)
    assert _reminders(town, "ben") == _reminders(town, "ana") == []


def test_an_incident_that_requires_no_postmortem_sends_no_reminders(town: Town) -> None:
    _resolve(town, "P4")
    for day in (11, 12, 18):
        _at(town, day, 14, 5)
    assert _reminders(town, "ben") == []


def test_a_reopened_incident_sends_no_postmortem_reminders(town: Town) -> None:
    channel = _resolve(town)
    town.incident("ana", "reopen it is back", channel)
    town.settle()
    _at(town, 11, 14, 5)
    assert _reminders(town, "ben") == []


def test_the_deadlines_are_configurable(tmp_path: Path) -> None:
    limits: dict[str, Any] = {"start_hours": 1, "draft_hours": False, "final_working_days": False}
    settings = POLICY.model_dump(exclude_unset=True) | {"postmortem": {"deadlines": limits}}
    policy = Policy.model_validate(settings)
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as town:
        _resolve(town)
        _at(town, 10, 15, 5)
        assert "it was to be begun 1 h after the end" in _reminders(town, "ben")[0]
        for day in (11, 12, 17, 18):
            _at(town, day, 14, 5)
        assert len(_reminders(town, "ben")) == 1
