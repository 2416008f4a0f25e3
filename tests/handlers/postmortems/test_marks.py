"""Marking messages with reactions: receipts, and their place in the draft."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.domain.action_item import ItemState
from bot.domain.timeline import Mark
from storage import action_items, incidents, outbox
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town, eventually

EMOJI = {mark: emoji for emoji, mark in Policy().marks.items()}
RECEIPT = "Kept in the timeline"


def _receipts(town: Town, person: str) -> list[dict[str, Any]]:
    return [
        message for message in town.ws.ephemerals(person) if message["text"].startswith(RECEIPT)
    ]


def _mark(town: Town, channel: str, ts: str, mark: Mark, person: str = "ben") -> None:
    town.ws.join(person, channel)
    town.ws.react(person, channel, ts, EMOJI[mark])
    town.settle()


def _items(town: Town, channel: str) -> list[tuple[str, str | None, str]]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        items = action_items.of_incident(session, incident.id)
        return [(item.state, item.evidence, item.created_by) for item in items]


def _document(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "resolve", channel)
    town.settle()
    return latest_postmortem(town, channel).document


def test_every_mark_has_an_emoji() -> None:
    assert set(EMOJI) == set(Mark)


def test_marking_a_message_is_confirmed_privately(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "we fail over to the replica")
    _mark(town, channel, ts, Mark.DECISION)
    (receipt,) = _receipts(town, "ben")
    assert receipt["text"] == f"{RECEIPT} as a decision. Take the reaction off to undo."
    assert "thread_ts" not in receipt
    assert _receipts(town, "ana") == []


def test_marking_a_thread_reply_is_confirmed_in_the_thread(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "why?")
    reply = town.ws.say("ben", channel, "the pool is exhausted", thread=parent)
    _mark(town, channel, reply, Mark.ROOT_CAUSE)
    (receipt,) = _receipts(town, "ben")
    assert receipt["thread_ts"] == parent
    document = _document(town, channel)
    assert document["root_cause"] == [{"text": "the pool is exhausted", "evidence": [reply]}]


def test_a_mark_delivered_repeatedly_is_confirmed_once(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.sandbox.faults.on("duplicate", kind="events_api", new_ids=True, copies=3)
    _mark(town, channel, ts, Mark.TIMELINE)
    assert [receipt["text"] for receipt in _receipts(town, "ben")] == [
        f"{RECEIPT}. Take the reaction off to undo."
    ]


def test_a_mark_missed_during_downtime_counts_without_a_receipt(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.service.stop()
    town.ws.react("ben", channel, ts, "pushpin")
    town.restart(away=timedelta(minutes=20))
    town.settle()
    (event,) = [entry for entry in town.recorded(channel) if entry.message_id == ts]
    assert event.marks == {Mark.TIMELINE}
    assert _receipts(town, "ben") == []


def test_marking_a_bot_message_has_no_effect_and_no_receipt(town: Town) -> None:
    channel = town.declare()
    card = next(message for message in town.said(channel) if "subtype" not in message)
    _mark(town, channel, card["ts"], Mark.TIMELINE)
    assert _receipts(town, "ben") == []
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_mark_removed_before_its_receipt_was_sent_gets_none(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.sandbox.faults.on("ratelimited", method="chat.postEphemeral", times=1)
    town.ws.react("ben", channel, ts, "pushpin")
    calls = town.sandbox.record.called
    eventually(lambda: bool(calls("chat.postEphemeral")), "it was tried")
    town.ws.unreact("ben", channel, ts, "pushpin")
    town.sandbox.settle(15)
    town.sandbox.clock.advance(timedelta(minutes=2))
    town.settle()
    assert _receipts(town, "ben") == []


def test_a_receipt_for_a_reply_whose_thread_was_deleted_is_dropped(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    parent = town.ws.say("ana", channel, "looking")
    reply = town.ws.say("ana", channel, "found it", thread=parent)
    town.settle()
    error = "cannot_reply_to_message"
    town.sandbox.faults.on("error", method="chat.postEphemeral", times=1, error=error)
    _mark(town, channel, reply, Mark.TIMELINE)
    assert town.sandbox.record.called("chat.postEphemeral")[-1].answer["error"] == error
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_person_outside_the_channel_gets_no_receipt(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "found it")
    town.ws.react("ben", channel, ts, "pushpin")  # from a preview of the channel
    town.settle()
    assert _receipts(town, "ben") == []
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


@pytest.mark.parametrize(
    ("mark", "section"),
    [
        (Mark.ROOT_CAUSE, "root_cause"),
        (Mark.CONTRIBUTING_FACTOR, "contributing_factors"),
        (Mark.WENT_WELL, "went_well"),
        (Mark.WENT_POORLY, "went_poorly"),
        (Mark.LUCKY, "lucky"),
        (Mark.ACTION_ITEM, "action_items"),
        (Mark.TIMELINE, "timeline"),
        (Mark.DECISION, "timeline"),
    ],
)
def test_each_marked_message_is_in_its_section_of_the_draft(
    town: Town, mark: Mark, section: str
) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "the blue kettle on shelf nine")
    _mark(town, channel, ts, mark)
    entries = [entry for entry in _document(town, channel)[section] if ts in entry["evidence"]]
    assert [entry["text"] for entry in entries] == ["the blue kettle on shelf nine"]
    if mark is Mark.DECISION:
        assert entries[0]["kind"] == "decision"


def test_a_detection_mark_sets_the_key_time_and_a_security_mark_requires_a_postmortem(
    town: Town,
) -> None:
    channel = town.declare("P4 odd things")
    ts = town.ws.say("ana", channel, "the blue kettle on shelf nine")
    _mark(town, channel, ts, Mark.DETECTION)
    _mark(town, channel, ts, Mark.SECURITY)
    document = _document(town, channel)
    detected = document["moments"]["detected"]
    assert (detected["basis"], detected["evidence"]) == ("marked", [ts])
    assert document["need"]["needed"]
    assert "security" in json.dumps(document["need"]["reasons"])


def test_an_action_item_mark_suggests_an_item_until_the_last_mark_is_removed(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "somebody needs to raise the pool limit")
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    _mark(town, channel, ts, Mark.ACTION_ITEM, "mei")
    assert _items(town, channel) == [(ItemState.SUGGESTED, ts, town.ws.person("ben").id)]
    assert "Suggested action item: somebody needs to raise the pool limit" in town.texts(channel)
    town.ws.unreact("ben", channel, ts, EMOJI[Mark.ACTION_ITEM])
    town.settle()
    assert _items(town, channel)[0][0] == ItemState.SUGGESTED  # Mei's is still there
    town.ws.unreact("mei", channel, ts, EMOJI[Mark.ACTION_ITEM])
    town.settle()
    assert _items(town, channel)[0][0] == ItemState.DROPPED
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    assert [state for state, _, _ in _items(town, channel)] == [ItemState.SUGGESTED]


def test_an_accepted_item_stays_when_its_mark_is_removed(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "I'll raise the pool limit")
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    town.press("ana", channel, "Accept")  # Ana committed to it, so she may accept it
    town.ws.unreact("ben", channel, ts, EMOJI[Mark.ACTION_ITEM])
    town.settle()
    assert _items(town, channel)[0][0] == ItemState.OPEN


def test_a_dropped_suggestion_is_not_in_the_draft(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "I'll raise the pool limit by friday")
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    town.press("ana", channel, "Drop")
    assert _document(town, channel)["action_items"] == []


def test_the_help_lists_the_reactions(town: Town) -> None:
    answer = town.incident("ana", "help")
    assert "A decision :scales:" in answer
    assert "Keep it in the timeline :pushpin:" in answer
