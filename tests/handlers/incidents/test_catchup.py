"""Catching up: who joins late is told how it stands, from the record alone, and only they see it."""

from datetime import timedelta
from typing import Any

from bot.domain.actor import Actor
from bot.domain.timeline import EventKind
from bot.timeline import recording
from storage import incidents
from tests.support.harness import Town


def _greetings(town: Town, person: str) -> list[dict[str, Any]]:
    return [each for each in town.ws.ephemerals(person) if each["text"].startswith("You are in")]


def _running(town: Town) -> str:
    channel = town.declare("P1 checkout fails")
    town.ws.join("ben", channel)
    cause = town.ws.say("ben", channel, "kettle on the blue shelf")
    town.ws.say("ben", channel, "the root cause was a connection pool that is too small")
    town.ws.say("ana", channel, "we decided to fail over to the replica")
    town.ws.say("ana", channel, "lunch anyone?")
    town.ws.react("ana", channel, cause, "scales")
    town.incident("ana", "lead @ben", channel)
    town.incident("ana", "impact 4,200 customers", channel)
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=72))
    town.incident("ana", "status identified", channel)
    town.settle()
    return channel


def test_it_says_how_it_stands_marks_first(town: Town) -> None:
    channel = _running(town)
    told = town.incident("mei", "catchup", channel)
    head, *lines = told.splitlines()
    assert head == "*INC-2026-001 checkout fails*"
    assert lines[0].startswith("P1, identified since <!date^")
    assert f"led by <@{town.ws.person('ben').id}>" in lines[0]
    assert lines[0].endswith("1 h 12 min ago.")
    assert lines[1] == "*Impact:* 4,200 customers"
    found = [line for line in lines if line.startswith("•")]
    assert "kettle on the blue shelf _(a decision)_" in found[0]
    assert "|open>" in found[0]
    assert "connection pool" in told
    assert "fail over to the replica" in told
    assert "lunch" not in told
    assert "• add an alert:" in told
    assert "due Fri 13 Mar 2026" in told


def test_what_nobody_said_is_not_filled_in(town: Town) -> None:
    channel = town.declare("something is odd")
    told = town.incident("ana", "catchup", channel)
    assert "nobody leads it yet" in told
    assert "*Impact:* nobody has said yet." in told
    assert "nothing yet, as far as anybody said" in told
    assert "To be done" not in told
    assert "Last update" not in told


def test_the_last_update_is_told(town: Town) -> None:
    channel = town.declare()
    at = town.sandbox.clock.now()
    actor = Actor(person=town.ws.person("ana").id, channel_id=channel, request_id="1", at=at)
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        recording.record_action(
            session, incident, actor, EventKind.UPDATE, text="half of them can pay again"
        )
    told = town.incident("ben", "catchup", channel)
    assert "by ana: half of them can pay again" in told


def test_what_is_hidden_or_corrected_is_told_so(town: Town) -> None:
    channel = _running(town)
    town.incident("ana", "timeline", channel)
    for block in town.ws.open_view("ana")["blocks"]:
        if "4,200" in str(block) and "accessory" in block:
            value = block["accessory"]["options"][1]["value"]
            town.ws.press_in_view("ana", block["accessory"]["action_id"], value)
    assert "nobody has said yet" in town.incident("mei", "catchup", channel)


def test_who_joins_is_offered_it_once_and_only_they_see_it(town: Town) -> None:
    channel = _running(town)
    town.ws.join("mei", channel)
    town.settle()
    (greeting,) = _greetings(town, "mei")
    assert "P1, identified" in greeting["text"]
    (button,) = greeting["blocks"][-1]["elements"]
    before = len(town.said(channel))
    town.ws.press("mei", channel, greeting["ts"], button["action_id"])
    assert "4,200 customers" in town.ws.ephemerals("mei")[-1]["text"]
    assert len(town.said(channel)) == before
    town.ws.leave("mei", channel)
    town.ws.join("mei", channel)
    town.settle()
    assert len(_greetings(town, "mei")) == 1


def test_who_declared_it_and_who_comes_afterwards_are_left_in_peace(town: Town) -> None:
    channel = town.declare()
    assert _greetings(town, "ana") == []
    town.incident("ana", "resolve", channel)
    town.settle()
    town.ws.join("mei", channel)
    town.settle()
    assert _greetings(town, "mei") == []


def test_who_joined_while_the_bot_was_away_is_not_greeted_late(town: Town) -> None:
    channel = town.declare()
    town.service.stop()
    town.ws.join("mei", channel)
    town.restart(away=timedelta(minutes=20))
    town.settle()
    joined = [each.author for each in town.recorded(channel) if each.kind is EventKind.JOINED]
    assert town.ws.person("mei").id in joined
    assert _greetings(town, "mei") == []


def test_outside_an_incident_there_is_a_sentence(town: Town) -> None:
    assert "There is no incident in this channel" in town.incident("ana", "catchup", "general")
