"""`catchup`: a summary for people who join late, taken from the record and visible only to them."""

from datetime import timedelta
from typing import Any

from bot.domain.actor import Actor
from bot.domain.timeline import EventKind
from bot.timeline import recording
from storage import incidents
from tests.support.harness import LiveBot


def _greetings(live_bot: LiveBot, person: str) -> list[dict[str, Any]]:
    return [
        message
        for message in live_bot.workspace.ephemerals(person)
        if message["text"].startswith("You joined")
    ]


def _incident_in_progress(live_bot: LiveBot) -> str:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.workspace.join("ben", channel)
    cause = live_bot.workspace.say("ben", channel, "kettle on the blue shelf")
    live_bot.workspace.say("ben", channel, "the root cause was a connection pool that is too small")
    live_bot.workspace.say("ana", channel, "we decided to fail over to the replica")
    live_bot.workspace.say("ana", channel, "lunch anyone?")
    live_bot.workspace.react("ana", channel, cause, "scales")
    live_bot.command("ana", "lead @ben", channel)
    live_bot.command("ana", "impact 4,200 customers", channel)
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=72))
    live_bot.command("ana", "status identified", channel)
    live_bot.settle()
    return channel


def test_catchup_summarizes_the_incident_with_marked_messages_first(live_bot: LiveBot) -> None:
    channel = _incident_in_progress(live_bot)
    summary = live_bot.command("mei", "catchup", channel)
    title, *lines = summary.splitlines()
    assert title == "*INC-2026-001: checkout fails*"
    assert lines[0].startswith("*Status:* Identified since <!date^")
    assert f"*Severity:* P1  |  *Lead:* <@{live_bot.workspace.person('ben').id}>" in lines[0]
    assert lines[1].endswith("1 h 12 min ago.")
    assert lines[2] == "*Impact:* 4,200 customers"
    points = [line for line in lines if line.startswith("•")]
    assert "_decision_: kettle on the blue shelf" in points[0]
    assert "|open>" in points[0]
    assert "connection pool" in summary
    assert "fail over to the replica" in summary
    assert "lunch" not in summary
    assert "• add an alert (" in summary
    assert "due Fri 13 Mar 2026" in summary


def test_catchup_names_missing_facts_instead_of_making_them_up(live_bot: LiveBot) -> None:
    channel = live_bot.declare("something is odd")
    summary = live_bot.command("ana", "catchup", channel)
    assert "*Lead:* none yet" in summary
    assert "*Impact:* not known yet" in summary
    assert "none yet" in summary
    assert "*Action items*" not in summary
    assert "Last update" not in summary


def test_catchup_quotes_the_last_update(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    at = live_bot.sandbox.clock.now()
    actor = Actor(
        person=live_bot.workspace.person("ana").id, channel_id=channel, request_id="1", at=at
    )
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        recording.record_action(
            session, incident, actor, EventKind.UPDATE, text="half of them can pay again"
        )
    summary = live_bot.command("ben", "catchup", channel)
    assert "half of them can pay again (Ana Lopes, " in summary


def test_catchup_leaves_out_hidden_timeline_entries(live_bot: LiveBot) -> None:
    channel = _incident_in_progress(live_bot)
    live_bot.command("ana", "timeline", channel)
    for block in live_bot.workspace.open_view("ana")["blocks"]:
        if "4,200" in str(block) and "accessory" in block:
            value = block["accessory"]["options"][1]["value"]
            live_bot.workspace.press_in_view("ana", block["accessory"]["action_id"], value)
    assert "not known yet" in live_bot.command("mei", "catchup", channel)


def test_a_person_who_joins_is_offered_the_summary_once_and_privately(live_bot: LiveBot) -> None:
    channel = _incident_in_progress(live_bot)
    live_bot.workspace.join("mei", channel)
    live_bot.settle()
    (greeting,) = _greetings(live_bot, "mei")
    assert "P1, identified" in greeting["text"]
    (button,) = greeting["blocks"][-1]["elements"]
    before = len(live_bot.messages(channel))
    live_bot.workspace.press("mei", channel, greeting["ts"], button["action_id"])
    assert "4,200 customers" in live_bot.workspace.ephemerals("mei")[-1]["text"]
    assert len(live_bot.messages(channel)) == before
    live_bot.workspace.leave("mei", channel)
    live_bot.workspace.join("mei", channel)
    live_bot.settle()
    assert len(_greetings(live_bot, "mei")) == 1


def test_the_declarer_and_people_who_join_after_the_end_are_not_greeted(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert _greetings(live_bot, "ana") == []
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    live_bot.workspace.join("mei", channel)
    live_bot.settle()
    assert _greetings(live_bot, "mei") == []


def test_a_person_who_joined_while_the_bot_was_down_is_not_greeted_later(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.service.stop()
    live_bot.workspace.join("mei", channel)
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.settle()
    joined = [
        event.author for event in live_bot.timeline(channel) if event.kind is EventKind.JOINED
    ]
    assert live_bot.workspace.person("mei").id in joined
    assert _greetings(live_bot, "mei") == []


def test_catchup_outside_an_incident_channel_is_rejected(live_bot: LiveBot) -> None:
    assert "There's no incident in this channel" in live_bot.command("ana", "catchup", "general")
