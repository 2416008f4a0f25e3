"""Reminders about forgotten incidents: overdue updates and quiet incidents."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from tests.support import harness
from tests.support.harness import Town, eventually

QUESTION = "Is INC-2026-001 ("
OVERDUE = "The status update on INC-2026-001 is overdue"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A workspace that asks about forgotten incidents, as by default."""
    defaults = Policy()
    changes = {
        "inactive_hours": defaults.inactive_hours,
        "update_overdue_intervals": defaults.update_overdue_intervals,
    }
    policy = harness.POLICY.model_copy(update=changes)
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def _later(town: Town, **span: float) -> None:
    town.sandbox.clock.advance(timedelta(**span))
    town.settle()


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


def test_an_update_overdue_by_two_intervals_is_requested_once_in_the_channel(town: Town) -> None:
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, minutes=89)
    assert OVERDUE not in town.texts(channel)
    for _ in range(3):
        _later(town, minutes=31)
    ben = town.ws.person("ben").id
    (question,) = [m for m in town.said(channel) if m["text"].startswith(OVERDUE)]
    assert f"<@{ben}>, what's the latest?" in question["text"]
    town.incident("ben", "update 30m it holds", channel)
    _later(town, minutes=91)
    assert _count_messages(town.said(channel), OVERDUE) == 2  # once for each update that is overdue


def test_the_request_for_an_update_without_a_lead_offers_to_take_the_lead(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, minutes=91)
    (question,) = [m for m in town.said(channel) if m["text"].startswith(OVERDUE)]
    assert "type `/incident lead`" in question["text"]
    assert _buttons(question) == ["Post update", "Take the lead"]


# Quiet incidents.


def test_a_quiet_incident_asks_its_lead_at_most_once_a_day(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=23)
    assert town.ws.dm("ben") == []
    _later(town, hours=1.1)  # 10:06 in New York, but P1 is asked about at any hour
    _later(town, hours=12)
    assert _count_messages(town.ws.dm("ben")) == 1
    _later(town, hours=12.1)
    assert _count_messages(town.ws.dm("ben")) == 2
    assert _count_messages(town.said(channel)) == 0


def test_a_quiet_incident_without_a_lead_asks_the_channel(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    question = town.said(channel)[-1]
    assert question["text"].startswith(QUESTION)
    assert _buttons(question) == ["Resolve…", "Still working"]


@pytest.mark.parametrize(
    "act",
    [
        lambda town, channel, _: town.ws.say("ben", channel, "still looking"),
        lambda town, channel, message_ts: town.ws.edit(channel, message_ts, "it fails badly"),
        lambda town, channel, message_ts: town.ws.react("mei", channel, message_ts, "eyes"),
        lambda town, channel, _: town.incident("ana", "note 11:00 it slowed down", channel),
        lambda town, channel, _: town.incident("ana", "timeline", channel),
    ],
    ids=["message", "edit", "reaction", "note about earlier", "command"],
)
def test_activity_of_people_keeps_an_incident_from_being_quiet(town: Town, act: Any) -> None:
    channel = town.declare("P1 checkout fails")
    message_ts = town.ws.say("ana", channel, "it fails")
    _later(town, hours=20)
    act(town, channel, message_ts)
    town.settle()
    _later(town, hours=20)
    assert _count_messages(town.said(channel)) == 0
    _later(town, hours=5)
    assert _count_messages(town.said(channel)) == 1


def test_alerts_and_bot_messages_do_not_count_as_activity(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=20)
    town.ws.alert("Alerts", channel, "checkout error rate 14 %")
    town.incident("mei", "list", "general")
    _later(town, hours=5)
    assert _count_messages(town.said(channel)) == 1


def test_a_quiet_p3_incident_is_asked_about_in_the_leads_working_hours(town: Town) -> None:
    channel = town.declare("P3 a label is wrong")
    town.incident("mei", "lead", channel)
    town.settle()
    _later(town, hours=24.5)  # Wednesday 14:30 UTC is 23:30 in Tokyo
    assert town.ws.dm("mei") == []
    _later(town, hours=11)  # Thursday 10:30 there
    assert _count_messages(town.ws.dm("mei")) == 1


def test_still_working_postpones_the_question_for_a_day(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    town.press("ana", channel, "Still working")
    ana = town.ws.person("ana").id
    question = town.said(channel)[-1]
    assert question["text"] == f"<@{ana}> is still working on INC-2026-001."
    assert _buttons(question) == []
    assert "I'll ask again in 24 hours" in town.ws.ephemerals("ana")[-1]["text"]
    _later(town, hours=23)
    assert _count_messages(town.said(channel)) == 0
    _later(town, hours=1.5)
    assert _count_messages(town.said(channel)) == 1


def test_resolving_from_the_question_closes_it(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=25)
    question = town.ws.dm("ben")[-1]
    town.press("ben", "dm", "Resolve…")
    town.ws.submit("ben", {"note": {"note": "cache restarted"}})
    town.settle()
    closed = next(m for m in town.ws.dm("ben") if m["ts"] == question["ts"])
    assert (closed["text"], _buttons(closed)) == ("INC-2026-001 is resolved.", [])


def test_a_click_after_the_incident_was_resolved_is_rejected(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    question = town.said(channel)[-1]
    # The question stays on the screen with its buttons.
    town.sandbox.faults.on("ratelimited", method="chat.update", retry_after=30)
    town.incident("ana", "resolve cache restarted", channel)
    town.ws.press("ben", channel, question["ts"], f"still_working:{_number(question)}")
    assert "INC-2026-001 is already resolved" in town.ws.ephemerals("ben")[-1]["text"]
    town.sandbox.faults.clear()
    eventually(lambda: town.service.is_quiet() or _advance_past_retry(town), "it was edited")
    assert _buttons(next(m for m in town.said(channel) if m["ts"] == question["ts"])) == []


def _number(question: dict[str, Any]) -> str:
    return str(question["blocks"][1]["elements"][0]["value"])


def _advance_past_retry(town: Town) -> bool:
    town.sandbox.clock.advance(timedelta(seconds=31))
    return False


def test_a_quiet_incident_without_a_channel_asks_its_declarer(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    _later(town, hours=25)
    question = town.ws.dm("ana")[-1]
    assert question["text"].startswith(QUESTION)
    assert "because you declared it" in str(question["blocks"])
    town.press("ana", "dm", "Still working")
    assert _count_messages(town.ws.dm("ana")) == 0


@pytest.mark.parametrize("command", ["declare", "private"])
def test_an_incident_without_a_channel_is_resolved_from_the_question_and_drafted_later(
    town: Town, command: str
) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", f"{command} P1 checkout fails")
    town.settle()
    _later(town, hours=25)
    town.press("ana", "dm", "Resolve…")
    assert not town.ws.submit("ana", {}).get("errors")
    town.settle()
    assert town.incident("ana", "list") == "No incident is running."
    assert "INC-2026-001 is resolved." in [message["text"] for message in town.ws.dm("ana")]
    reports = [
        message["text"] for message in town.ws.dm("ana") if "This didn't work" in message["text"]
    ]
    assert (
        sum("so the postmortem draft is missing or incomplete" in report for report in reports) == 1
    )
    visibility = {"private": True} if command == "private" else {}
    town.ws.add_channel("war-room", members=["ana"], **visibility)
    town.ws.invite_bot("war-room") if visibility else None
    town.incident("ana", "INC-2026-001 here", "war-room")
    town.settle()
    assert town.texts("war-room").count("Postmortem draft: INC-2026-001") == 1


def test_a_quiet_incident_in_an_archived_channel_asks_its_declarer(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.ws.archive("ana", channel)
    town.settle()
    _later(town, hours=25)
    assert _count_messages(town.ws.dm("ana")) == 1


def test_a_quiet_incident_whose_lead_is_out_of_office_asks_the_channel(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.incident("ben", "away 2026-03-20", channel)
    town.settle()
    _later(town, hours=25)
    assert _count_messages(town.ws.dm("ben")) == 0
    assert _count_messages(town.said(channel)) == 1


def test_a_lead_who_left_a_private_incident_is_not_asked_about_it(town: Town) -> None:
    channel = town.declare("P1 checkout fails", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ben", "lead", channel)
    town.settle()
    before = len(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    town.settle()
    _later(town, hours=25)
    assert not any("checkout" in m["text"] for m in town.ws.dm("ben")[before:])


def test_a_question_to_a_lead_who_left_a_private_incident_is_closed_without_details(
    town: Town,
) -> None:
    channel = town.declare("P1 checkout fails", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=25)
    question = town.ws.dm("ben")[-1]
    assert question["text"].startswith(QUESTION)
    town.ws.leave("ben", channel)
    town.settle()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    closed = next(m for m in town.ws.dm("ben") if m["ts"] == question["ts"])
    assert closed["text"] == "This question is closed."


def test_no_question_is_asked_when_the_reminders_are_switched_off(tmp_path: Path) -> None:
    policy = Policy.model_validate(
        {
            "posting_interval": 0.01,
            "lead_prompt_minutes": False,
            "inactive_hours": False,
            "update_overdue_intervals": False,
        }
    )
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as town:
        channel = town.declare("P1 checkout fails")
        town.incident("ana", "update 30m looking", channel)
        _later(town, hours=50)
        assert _count_messages(town.said(channel)) == 0
        assert _count_messages(town.said(channel), OVERDUE) == 0
