"""Incidents that nobody ends: an overdue update is asked for, and a quiet incident is asked about."""

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
    """As everywhere, but that forgotten incidents are asked about, as they are by default."""
    usual = Policy()
    given = {
        "inactive_hours": usual.inactive_hours,
        "update_overdue_intervals": usual.update_overdue_intervals,
    }
    policy = harness.POLICY.model_copy(update=given)
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as made:
        yield made


def _later(town: Town, **span: float) -> None:
    town.sandbox.clock.advance(timedelta(**span))
    town.settle()


def _asked(where: list[dict[str, Any]], what: str = QUESTION) -> int:
    return sum(message["text"].startswith(what) for message in where)


def _buttons(message: dict[str, Any]) -> list[str]:
    return [
        button["text"]["text"]
        for block in message.get("blocks", [])
        for button in block.get("elements", [])
        if button["type"] == "button"
    ]


# Updates.


def test_an_update_overdue_by_two_intervals_is_asked_for_in_the_channel_once(town: Town) -> None:
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, minutes=89)
    assert OVERDUE not in town.texts(channel)
    for _ in range(3):
        _later(town, minutes=31)
    ben = town.ws.person("ben").id
    (asked,) = [m for m in town.said(channel) if m["text"].startswith(OVERDUE)]
    assert f"<@{ben}>, what's the latest?" in asked["text"]
    town.incident("ben", "update 30m it holds", channel)
    _later(town, minutes=91)
    assert _asked(town.said(channel), OVERDUE) == 2  # once for each update that is overdue


def test_without_a_lead_it_says_how_to_become_one(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, minutes=91)
    (asked,) = [m for m in town.said(channel) if m["text"].startswith(OVERDUE)]
    assert "type `/incident lead`" in asked["text"]
    assert _buttons(asked) == ["Post update", "Take the lead"]


# Quiet incidents.


def test_a_quiet_incident_asks_its_lead_at_most_once_a_day(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=23)
    assert town.ws.dm("ben") == []
    _later(town, hours=1.1)  # 10:06 in New York, but P1 is asked about at any hour
    _later(town, hours=12)
    assert _asked(town.ws.dm("ben")) == 1
    _later(town, hours=12.1)
    assert _asked(town.ws.dm("ben")) == 2
    assert _asked(town.said(channel)) == 0


def test_nobody_leads_so_the_channel_is_asked(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    asked = town.said(channel)[-1]
    assert asked["text"].startswith(QUESTION)
    assert _buttons(asked) == ["Resolve…", "Still working"]


@pytest.mark.parametrize(
    "do",
    [
        lambda town, channel, _: town.ws.say("ben", channel, "still looking"),
        lambda town, channel, said: town.ws.edit(channel, said, "it fails badly"),
        lambda town, channel, said: town.ws.react("mei", channel, said, "eyes"),
        lambda town, channel, _: town.incident("ana", "note 11:00 it slowed down", channel),
        lambda town, channel, _: town.incident("ana", "timeline", channel),
    ],
    ids=["message", "edit", "reaction", "note about earlier", "command"],
)
def test_what_people_do_is_activity(town: Town, do: Any) -> None:
    channel = town.declare("P1 checkout fails")
    said = town.ws.say("ana", channel, "it fails")
    _later(town, hours=20)
    do(town, channel, said)
    town.settle()
    _later(town, hours=20)
    assert _asked(town.said(channel)) == 0
    _later(town, hours=5)
    assert _asked(town.said(channel)) == 1


def test_alerts_and_our_own_words_are_no_activity(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=20)
    town.ws.alert("Alerts", channel, "checkout error rate 14 %")
    town.incident("mei", "list", "general")
    _later(town, hours=5)
    assert _asked(town.said(channel)) == 1


def test_in_working_hours_for_what_is_less_bad(town: Town) -> None:
    channel = town.declare("P3 a label is wrong")
    town.incident("mei", "lead", channel)
    town.settle()
    _later(town, hours=24.5)  # Wednesday 14:30 UTC is 23:30 in Tokyo
    assert town.ws.dm("mei") == []
    _later(town, hours=11)  # Thursday 10:30 there
    assert _asked(town.ws.dm("mei")) == 1


def test_still_working_quiets_it_for_a_day(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    town.press("ana", channel, "Still working")
    ana = town.ws.person("ana").id
    asked = town.said(channel)[-1]
    assert asked["text"] == f"<@{ana}> is still working on INC-2026-001."
    assert _buttons(asked) == []
    assert "I'll ask again in 24 hours" in town.ws.ephemerals("ana")[-1]["text"]
    _later(town, hours=23)
    assert _asked(town.said(channel)) == 0
    _later(town, hours=1.5)
    assert _asked(town.said(channel)) == 1


def test_the_question_is_answered_by_the_end_of_the_incident(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=25)
    asked = town.ws.dm("ben")[-1]
    town.press("ben", "dm", "Resolve…")
    town.ws.submit("ben", {"note": {"note": "cache restarted"}})
    town.settle()
    answered = next(m for m in town.ws.dm("ben") if m["ts"] == asked["ts"])
    assert (answered["text"], _buttons(answered)) == ("INC-2026-001 is resolved.", [])


def test_a_click_after_the_end_says_so(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    _later(town, hours=25)
    asked = town.said(channel)[-1]
    town.sandbox.faults.on(
        "ratelimited", method="chat.update", retry_after=30
    )  # still on the screen
    town.incident("ana", "resolve cache restarted", channel)
    town.ws.press("ben", channel, asked["ts"], f"still_working:{_number(asked)}")
    assert "INC-2026-001 is already resolved" in town.ws.ephemerals("ben")[-1]["text"]
    town.sandbox.faults.clear()
    eventually(lambda: town.service.is_quiet() or _turned(town), "it was edited")
    assert _buttons(next(m for m in town.said(channel) if m["ts"] == asked["ts"])) == []


def _number(asked: dict[str, Any]) -> str:
    return str(asked["blocks"][1]["elements"][0]["value"])


def _turned(town: Town) -> bool:
    town.sandbox.clock.advance(timedelta(seconds=31))
    return False


def test_without_a_channel_whoever_declared_it_is_asked(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    _later(town, hours=25)
    asked = town.ws.dm("ana")[-1]
    assert asked["text"].startswith(QUESTION)
    assert "because you declared it" in str(asked["blocks"])
    town.press("ana", "dm", "Still working")
    assert _asked(town.ws.dm("ana")) == 0


@pytest.mark.parametrize("declared", ["declare", "private"])
def test_without_a_channel_it_is_ended_from_the_question(town: Town, declared: str) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", f"{declared} P1 checkout fails")
    town.settle()
    _later(town, hours=25)
    town.press("ana", "dm", "Resolve…")
    assert not town.ws.submit("ana", {}).get("errors")
    town.settle()
    assert town.incident("ana", "list") == "No incident is running."
    assert "INC-2026-001 is resolved." in [each["text"] for each in town.ws.dm("ana")]
    reports = [each["text"] for each in town.ws.dm("ana") if "This didn't work" in each["text"]]
    assert sum("so the postmortem draft is missing or incomplete" in each for each in reports) == 1
    kind = {"private": True} if declared == "private" else {}
    town.ws.add_channel("war-room", members=["ana"], **kind)
    town.ws.invite_bot("war-room") if kind else None
    town.incident("ana", "INC-2026-001 here", "war-room")
    town.settle()
    assert town.texts("war-room").count("Postmortem draft: INC-2026-001") == 1


def test_of_an_archived_channel_whoever_declared_it_is_asked(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.ws.archive("ana", channel)
    town.settle()
    _later(town, hours=25)
    assert _asked(town.ws.dm("ana")) == 1


def test_a_lead_who_is_away_is_not_asked_but_the_channel(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ben", "lead", channel)
    town.incident("ben", "away 2026-03-20", channel)
    town.settle()
    _later(town, hours=25)
    assert _asked(town.ws.dm("ben")) == 0
    assert _asked(town.said(channel)) == 1


def test_a_lead_who_left_a_private_incident_is_told_nothing(town: Town) -> None:
    channel = town.declare("P1 checkout fails", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ben", "lead", channel)
    town.settle()
    before = len(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    town.settle()
    _later(town, hours=25)
    assert not any("checkout" in m["text"] for m in town.ws.dm("ben")[before:])


def test_who_left_a_private_incident_does_not_read_what_came_of_the_question(town: Town) -> None:
    channel = town.declare("P1 checkout fails", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ben", "lead", channel)
    town.settle()
    _later(town, hours=25)
    asked = town.ws.dm("ben")[-1]
    assert asked["text"].startswith(QUESTION)
    town.ws.leave("ben", channel)
    town.settle()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    answered = next(m for m in town.ws.dm("ben") if m["ts"] == asked["ts"])
    assert answered["text"] == "This question is closed."


def test_off_is_off(tmp_path: Path) -> None:
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
        assert _asked(town.said(channel)) == 0
        assert _asked(town.said(channel), OVERDUE) == 0
