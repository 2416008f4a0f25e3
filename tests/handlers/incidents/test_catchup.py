"""`catchup`: a summary for people who join late, taken from the record and visible only to them."""

from datetime import timedelta
from typing import Any

from bot.domain.actor import Actor
from bot.domain.timeline import EventKind
from bot.timeline import recording
from storage import incidents
from tests.support.harness import Town


def _greetings(town: Town, person: str) -> list[dict[str, Any]]:
    return [
        message
        for message in town.ws.ephemerals(person)
        if message["text"].startswith("You are in")
    ]


def _incident_in_progress(town: Town) -> str:
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


def test_catchup_summarizes_the_incident_with_marked_messages_first(town: Town) -> None:
    channel = _incident_in_progress(town)
    summary = town.incident("mei", "catchup", channel)
    title, *lines = summary.splitlines()
    assert title == "*INC-2026-001 checkout fails*"
    assert lines[0].startswith("P1, identified since <!date^")
    assert f"led by <@{town.ws.person('ben').id}>" in lines[0]
    assert lines[0].endswith("1 h 12 min ago.")
    assert lines[1] == "*Impact:* 4,200 customers"
    points = [line for line in lines if line.startswith("•")]
    assert "kettle on the blue shelf _(a decision)_" in points[0]
    assert "|open>" in points[0]
    assert "connection pool" in summary
    assert "fail over to the replica" in summary
    assert "lunch" not in summary
    assert "• add an alert:" in summary
    assert "due Fri 13 Mar 2026" in summary


def test_catchup_names_missing_facts_instead_of_making_them_up(town: Town) -> None:
    channel = town.declare("something is odd")
    summary = town.incident("ana", "catchup", channel)
    assert "nobody leads it yet" in summary
    assert "*Impact:* nobody has said yet." in summary
    assert "nothing yet, as far as anybody said" in summary
    assert "To be done" not in summary
    assert "Last update" not in summary


def test_catchup_quotes_the_last_update(town: Town) -> None:
    channel = town.declare()
    at = town.sandbox.clock.now()
    actor = Actor(person=town.ws.person("ana").id, channel_id=channel, request_id="1", at=at)
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        recording.record_action(
            session, incident, actor, EventKind.UPDATE, text="half of them can pay again"
        )
    summary = town.incident("ben", "catchup", channel)
    assert "by ana: half of them can pay again" in summary


def test_catchup_leaves_out_hidden_timeline_entries(town: Town) -> None:
    channel = _incident_in_progress(town)
    town.incident("ana", "timeline", channel)
    for block in town.ws.open_view("ana")["blocks"]:
        if "4,200" in str(block) and "accessory" in block:
            value = block["accessory"]["options"][1]["value"]
            town.ws.press_in_view("ana", block["accessory"]["action_id"], value)
    assert "nobody has said yet" in town.incident("mei", "catchup", channel)


def test_a_person_who_joins_is_offered_the_summary_once_and_privately(town: Town) -> None:
    channel = _incident_in_progress(town)
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


def test_the_declarer_and_people_who_join_after_the_end_are_not_greeted(town: Town) -> None:
    channel = town.declare()
    assert _greetings(town, "ana") == []
    town.incident("ana", "resolve", channel)
    town.settle()
    town.ws.join("mei", channel)
    town.settle()
    assert _greetings(town, "mei") == []


def test_a_person_who_joined_while_the_bot_was_down_is_not_greeted_later(town: Town) -> None:
    channel = town.declare()
    town.service.stop()
    town.ws.join("mei", channel)
    town.restart(away=timedelta(minutes=20))
    town.settle()
    joined = [event.author for event in town.recorded(channel) if event.kind is EventKind.JOINED]
    assert town.ws.person("mei").id in joined
    assert _greetings(town, "mei") == []


def test_catchup_outside_an_incident_channel_is_rejected(town: Town) -> None:
    assert "There is no incident in this channel" in town.incident("ana", "catchup", "general")
