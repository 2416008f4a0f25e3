"""Deadlines to start, submit and finalize a postmortem: who is reminded, and when."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config.policy import Policy
from tests.support import harness
from tests.support.harness import POLICY, LiveBot


def _resolve(live_bot: LiveBot, severity: str = "P1") -> str:
    channel = live_bot.declare(f"{severity} checkout fails")
    live_bot.command("ben", "lead", channel)
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    return channel


def _at(live_bot: LiveBot, day: int, hour: int, minute: int = 1) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    live_bot.settle()


def _reminders(live_bot: LiveBot, person: str) -> list[str]:
    return [m["text"] for m in live_bot.workspace.dm(person) if "Postmortem for" in m["text"]]


def _write(live_bot: LiveBot, person: str) -> None:
    """Write the summary in the form that the DM or the channel opens."""
    live_bot.workspace.submit(person, {"section": {"section": "summary"}})
    live_bot.workspace.submit(person, {"text": {"text": "Checkout was down for six minutes."}})
    live_bot.settle()


def test_the_lead_is_reminded_of_a_postmortem_not_started_and_starts_it_from_the_dm(
    live_bot: LiveBot,
) -> None:
    _resolve(live_bot)  # on Tuesday at ten in New York
    _at(live_bot, 11, 13, 55)
    assert _reminders(live_bot, "ben") == []
    _at(live_bot, 11, 14, 5)
    (reminder,) = _reminders(live_bot, "ben")
    assert (
        "Nobody has edited it yet. The first edit was due 1 day after the incident was resolved."
        in reminder
    )
    assert "postmortem skip &lt;reason&gt;" in reminder
    live_bot.press("ben", "dm", "Edit section")
    _write(live_bot, "ben")
    _at(live_bot, 12, 14, 5)
    assert (
        "It hasn't been submitted for review. It was due 2 days after the incident was resolved."
        in _reminders(live_bot, "ben")[1]
    )


def test_the_author_is_reminded_first_and_the_lead_one_working_day_later(live_bot: LiveBot) -> None:
    channel = _resolve(live_bot)
    live_bot.press("mei", channel, "Edit section")
    _write(live_bot, "mei")
    _at(live_bot, 12, 14, 5)  # two days on, at 23:05 in Tokyo
    assert (_reminders(live_bot, "mei"), _reminders(live_bot, "ben")) == ([], [])
    _at(live_bot, 13, 1, 5)
    assert "It hasn't been submitted for review" in _reminders(live_bot, "mei")[0]
    _at(live_bot, 13, 14, 5)
    assert len(_reminders(live_bot, "ben")) == 0
    _at(live_bot, 16, 14, 5)  # Monday
    assert len(_reminders(live_bot, "ben")) == 1
    _at(live_bot, 18, 1, 5)
    assert "It isn't final yet. It was due 5 working days after" in _reminders(live_bot, "mei")[-1]
    assert len(_reminders(live_bot, "mei")) == 2


def test_one_dm_a_day_lists_items_and_postmortems(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ana 2026-03-12 P2", channel)
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    _at(live_bot, 11, 14, 5)
    (reminder,) = [m["text"] for m in live_bot.workspace.dm("ana")]
    assert "2 reminders:" in reminder
    assert "add an alert" in reminder
    assert "Nobody has edited it yet" in reminder
    _at(live_bot, 12, 10, 5)  # the item is due today
    _at(live_bot, 12, 14, 5)  # the draft is due for review too: that reminder waits for tomorrow
    assert len(live_bot.workspace.dm("ana")) == 2
    _at(live_bot, 13, 10, 5)
    assert "It hasn't been submitted for review" in live_bot.workspace.dm("ana")[-1]["text"]
    assert len(live_bot.workspace.dm("ana")) == 3


def test_skipping_the_postmortem_stops_the_reminders_and_requesting_it_resumes_them(
    live_bot: LiveBot,
) -> None:
    channel = _resolve(live_bot)
    live_bot.command("ana", "postmortem skip because it was a drill", channel)
    live_bot.settle()
    _at(live_bot, 11, 14, 5)
    assert _reminders(live_bot, "ben") == []
    live_bot.command("ana", "postmortem request it was no drill", channel)
    live_bot.settle()
    assert len(_reminders(live_bot, "ben")) == 1


def test_a_final_postmortem_sends_no_reminders(live_bot: LiveBot) -> None:
    channel = _resolve(live_bot)
    for word in ("submit because a drill", "approve", "finalize"):
        live_bot.command("ana", f"postmortem {word}", channel)
        live_bot.settle()
    for day in (11, 12, 13, 17, 18, 19):
        _at(live_bot, day, 14, 5)
    assert _reminders(live_bot, "ben") == _reminders(live_bot, "ana") == []


def test_an_incident_that_requires_no_postmortem_sends_no_reminders(live_bot: LiveBot) -> None:
    _resolve(live_bot, "P4")
    for day in (11, 12, 18):
        _at(live_bot, day, 14, 5)
    assert _reminders(live_bot, "ben") == []


def test_a_reopened_incident_sends_no_postmortem_reminders(live_bot: LiveBot) -> None:
    channel = _resolve(live_bot)
    live_bot.command("ana", "reopen it is back", channel)
    live_bot.settle()
    _at(live_bot, 11, 14, 5)
    assert _reminders(live_bot, "ben") == []


def test_the_deadlines_are_configurable(tmp_path: Path) -> None:
    limits: dict[str, Any] = {"start_hours": 1, "draft_hours": False, "final_working_days": False}
    settings = POLICY.model_dump(exclude_unset=True) | {"postmortem": {"deadlines": limits}}
    policy = Policy.model_validate(settings)
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as live_bot:
        _resolve(live_bot)
        _at(live_bot, 10, 15, 5)
        assert "The first edit was due 1 hour after" in _reminders(live_bot, "ben")[0]
        for day in (11, 12, 17, 18):
            _at(live_bot, day, 14, 5)
        assert len(_reminders(live_bot, "ben")) == 1
