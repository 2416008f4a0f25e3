"""Reminders about forgotten incidents: overdue updates and quiet incidents."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from tests.support import harness
from tests.support.harness import LiveBot, eventually

QUESTION = "Is INC-2026-001 ("
OVERDUE = "The status update on INC-2026-001 is overdue"


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace that asks about forgotten incidents, as by default."""
    defaults = Policy()
    changes = {
        "inactive_hours": defaults.inactive_hours,
        "update_overdue_intervals": defaults.update_overdue_intervals,
    }
    policy = harness.POLICY.model_copy(update=changes)
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def _later(live_bot: LiveBot, **span: float) -> None:
    live_bot.sandbox.clock.advance(timedelta(**span))
    live_bot.settle()


def _count_messages(messages: list[dict[str, Any]], prefix: str = QUESTION) -> int:
    return sum(message["text"].startswith(prefix) for message in messages)


def _buttons(message: dict[str, Any]) -> list[str]:
    return [
        button["text"]["text"]
        for block in message.get("blocks", [])
        for button in block.get("elements", [])
        if button["type"] == "button"
    ]


# Updates.


def test_an_update_overdue_by_two_intervals_is_requested_once_in_the_channel(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ben", "lead", channel)
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, minutes=89)
    assert OVERDUE not in live_bot.text_in(channel)
    for _ in range(3):
        _later(live_bot, minutes=31)
    ben = live_bot.workspace.person("ben").id
    (question,) = [m for m in live_bot.messages(channel) if m["text"].startswith(OVERDUE)]
    assert f"<@{ben}>, what's the latest?" in question["text"]
    live_bot.command("ben", "update 30m it holds", channel)
    _later(live_bot, minutes=91)
    assert (
        _count_messages(live_bot.messages(channel), OVERDUE) == 2
    )  # once for each update that is overdue


def test_the_request_for_an_update_without_a_lead_offers_to_take_the_lead(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, minutes=91)
    (question,) = [m for m in live_bot.messages(channel) if m["text"].startswith(OVERDUE)]
    assert "type `/incident lead`" in question["text"]
    assert _buttons(question) == ["Post update", "Take the lead"]


# Quiet incidents.


def test_a_quiet_incident_asks_its_lead_at_most_once_a_day(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.command("ben", "lead", channel)
    live_bot.settle()
    _later(live_bot, hours=23)
    assert live_bot.workspace.dm("ben") == []
    _later(live_bot, hours=1.1)  # 10:06 in New York, but P1 is asked about at any hour
    _later(live_bot, hours=12)
    assert _count_messages(live_bot.workspace.dm("ben")) == 1
    _later(live_bot, hours=12.1)
    assert _count_messages(live_bot.workspace.dm("ben")) == 2
    assert _count_messages(live_bot.messages(channel)) == 0


def test_a_quiet_incident_without_a_lead_asks_the_channel(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    _later(live_bot, hours=25)
    question = live_bot.messages(channel)[-1]
    assert question["text"].startswith(QUESTION)
    assert _buttons(question) == ["Resolve incident", "Keep incident open"]


@pytest.mark.parametrize(
    "act",
    [
        lambda live_bot, channel, _: live_bot.workspace.say("ben", channel, "still looking"),
        lambda live_bot, channel, message_ts: live_bot.workspace.edit(
            channel, message_ts, "it fails badly"
        ),
        lambda live_bot, channel, message_ts: live_bot.workspace.react(
            "mei", channel, message_ts, "eyes"
        ),
        lambda live_bot, channel, _: live_bot.command("ana", "note 11:00 it slowed down", channel),
        lambda live_bot, channel, _: live_bot.command("ana", "timeline", channel),
    ],
    ids=["message", "edit", "reaction", "note about earlier", "command"],
)
def test_activity_of_people_keeps_an_incident_from_being_quiet(live_bot: LiveBot, act: Any) -> None:
    channel = live_bot.declare("P1 checkout fails")
    message_ts = live_bot.workspace.say("ana", channel, "it fails")
    _later(live_bot, hours=20)
    act(live_bot, channel, message_ts)
    live_bot.settle()
    _later(live_bot, hours=20)
    assert _count_messages(live_bot.messages(channel)) == 0
    _later(live_bot, hours=5)
    assert _count_messages(live_bot.messages(channel)) == 1


def test_alerts_and_bot_messages_do_not_count_as_activity(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    _later(live_bot, hours=20)
    live_bot.workspace.alert("Alerts", channel, "checkout error rate 14 %")
    live_bot.command("mei", "list", "general")
    _later(live_bot, hours=5)
    assert _count_messages(live_bot.messages(channel)) == 1


def test_a_quiet_p3_incident_is_asked_about_in_the_leads_working_hours(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P3 a label is wrong")
    live_bot.command("mei", "lead", channel)
    live_bot.settle()
    _later(live_bot, hours=24.5)  # Wednesday 14:30 UTC is 23:30 in Tokyo
    assert live_bot.workspace.dm("mei") == []
    _later(live_bot, hours=11)  # Thursday 10:30 there
    assert _count_messages(live_bot.workspace.dm("mei")) == 1


def test_still_working_postpones_the_question_for_a_day(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    _later(live_bot, hours=25)
    live_bot.press("ana", channel, "Keep incident open")
    question = live_bot.messages(channel)[-1]
    assert question["text"] == "Ana Lopes is still working on INC-2026-001."
    assert _buttons(question) == []
    assert "I'll ask again in 24 hours" in live_bot.workspace.ephemerals("ana")[-1]["text"]
    _later(live_bot, hours=23)
    assert _count_messages(live_bot.messages(channel)) == 0
    _later(live_bot, hours=1.5)
    assert _count_messages(live_bot.messages(channel)) == 1


def test_resolving_from_the_question_closes_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.command("ben", "lead", channel)
    live_bot.settle()
    _later(live_bot, hours=25)
    question = live_bot.workspace.dm("ben")[-1]
    live_bot.press("ben", "dm", "Resolve incident")
    live_bot.workspace.submit("ben", {"note": {"note": "cache restarted"}})
    live_bot.settle()
    closed = next(m for m in live_bot.workspace.dm("ben") if m["ts"] == question["ts"])
    assert (closed["text"], _buttons(closed)) == ("INC-2026-001 is resolved.", [])


def test_a_click_after_the_incident_was_resolved_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    _later(live_bot, hours=25)
    question = live_bot.messages(channel)[-1]
    # The question stays on the screen with its buttons.
    live_bot.sandbox.faults.on("ratelimited", method="chat.update", retry_after=30)
    live_bot.command("ana", "resolve cache restarted", channel)
    live_bot.workspace.press("ben", channel, question["ts"], f"still_working:{_number(question)}")
    assert "INC-2026-001 is already resolved" in live_bot.workspace.ephemerals("ben")[-1]["text"]
    live_bot.sandbox.faults.clear()
    eventually(
        lambda: live_bot.service.is_quiet() or _advance_past_retry(live_bot), "it was edited"
    )
    assert _buttons(next(m for m in live_bot.messages(channel) if m["ts"] == question["ts"])) == []


def _number(question: dict[str, Any]) -> str:
    return str(question["blocks"][1]["elements"][0]["value"])


def _advance_past_retry(live_bot: LiveBot) -> bool:
    live_bot.sandbox.clock.advance(timedelta(seconds=31))
    return False


def test_a_quiet_incident_without_a_channel_asks_its_declarer(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    live_bot.command("ana", "declare P1 checkout fails")
    live_bot.settle()
    _later(live_bot, hours=25)
    question = live_bot.workspace.dm("ana")[-1]
    assert question["text"].startswith(QUESTION)
    assert "because you declared it" in str(question["blocks"])
    live_bot.press("ana", "dm", "Keep incident open")
    assert _count_messages(live_bot.workspace.dm("ana")) == 0


@pytest.mark.parametrize("command", ["declare", "private"])
def test_an_incident_without_a_channel_is_resolved_from_the_question_and_drafted_later(
    live_bot: LiveBot, command: str
) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    live_bot.command("ana", f"{command} P1 checkout fails")
    live_bot.settle()
    _later(live_bot, hours=25)
    live_bot.press("ana", "dm", "Resolve incident")
    assert not live_bot.workspace.submit("ana", {}).get("errors")
    live_bot.settle()
    assert live_bot.command("ana", "list") == "There are no open incidents."
    assert "INC-2026-001 is resolved." in [
        message["text"] for message in live_bot.workspace.dm("ana")
    ]
    reports = [
        message["text"]
        for message in live_bot.workspace.dm("ana")
        if "Some steps failed" in message["text"]
    ]
    assert (
        sum("so the postmortem draft is missing or incomplete" in report for report in reports) == 1
    )
    visibility = {"private": True} if command == "private" else {}
    live_bot.workspace.add_channel("war-room", members=["ana"], **visibility)
    live_bot.workspace.invite_bot("war-room") if visibility else None
    live_bot.command("ana", "INC-2026-001 here", "war-room")
    live_bot.settle()
    assert live_bot.text_in("war-room").count("Postmortem draft: INC-2026-001") == 1


def test_a_quiet_incident_in_an_archived_channel_asks_its_declarer(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.workspace.archive("ana", channel)
    live_bot.settle()
    _later(live_bot, hours=25)
    assert _count_messages(live_bot.workspace.dm("ana")) == 1


def test_a_quiet_incident_whose_lead_is_out_of_office_asks_the_channel(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.command("ben", "lead", channel)
    live_bot.command("ben", "away 2026-03-20", channel)
    live_bot.settle()
    _later(live_bot, hours=25)
    assert _count_messages(live_bot.workspace.dm("ben")) == 0
    assert _count_messages(live_bot.messages(channel)) == 1


def test_a_lead_who_left_a_private_incident_is_not_asked_about_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.command("ben", "lead", channel)
    live_bot.settle()
    before = len(live_bot.workspace.dm("ben"))
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    _later(live_bot, hours=25)
    assert not any("checkout" in m["text"] for m in live_bot.workspace.dm("ben")[before:])


def test_a_question_to_a_lead_who_left_a_private_incident_is_closed_without_details(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare("P1 checkout fails", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.command("ben", "lead", channel)
    live_bot.settle()
    _later(live_bot, hours=25)
    question = live_bot.workspace.dm("ben")[-1]
    assert question["text"].startswith(QUESTION)
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    closed = next(m for m in live_bot.workspace.dm("ben") if m["ts"] == question["ts"])
    assert closed["text"] == "This question has already been answered."


def test_no_question_is_asked_when_the_reminders_are_switched_off(tmp_path: Path) -> None:
    policy = Policy.model_validate(
        {
            "posting_interval": 0.01,
            "lead_prompt_minutes": False,
            "inactive_hours": False,
            "update_overdue_intervals": False,
        }
    )
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as live_bot:
        channel = live_bot.declare("P1 checkout fails")
        live_bot.command("ana", "update 30m looking", channel)
        _later(live_bot, hours=50)
        assert _count_messages(live_bot.messages(channel)) == 0
        assert _count_messages(live_bot.messages(channel), OVERDUE) == 0
