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
from tests.support.harness import LiveBot, eventually

EMOJI = {mark: emoji for emoji, mark in Policy().marks.items()}
RECEIPT = "Added to the timeline"


def _receipts(live_bot: LiveBot, person: str) -> list[dict[str, Any]]:
    return [
        message
        for message in live_bot.workspace.ephemerals(person)
        if message["text"].startswith(RECEIPT)
    ]


def _mark(live_bot: LiveBot, channel: str, ts: str, mark: Mark, person: str = "ben") -> None:
    live_bot.workspace.join(person, channel)
    live_bot.workspace.react(person, channel, ts, EMOJI[mark])
    live_bot.settle()


def _items(live_bot: LiveBot, channel: str) -> list[tuple[str, str | None, str]]:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        items = action_items.of_incident(session, incident.id)
        return [(item.state, item.evidence, item.created_by) for item in items]


def _document(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    return latest_postmortem(live_bot, channel).document


def test_every_mark_has_an_emoji() -> None:
    assert set(EMOJI) == set(Mark)


def test_marking_a_message_is_confirmed_privately(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "we fail over to the replica")
    _mark(live_bot, channel, ts, Mark.DECISION)
    (receipt,) = _receipts(live_bot, "ben")
    assert receipt["text"] == f"{RECEIPT} as *Decision*. Remove the reaction to undo."
    assert "thread_ts" not in receipt
    assert _receipts(live_bot, "ana") == []


def test_marking_a_thread_reply_is_confirmed_in_the_thread(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "why?")
    reply = live_bot.workspace.say("ben", channel, "the pool is exhausted", thread=parent)
    _mark(live_bot, channel, reply, Mark.ROOT_CAUSE)
    (receipt,) = _receipts(live_bot, "ben")
    assert receipt["thread_ts"] == parent
    document = _document(live_bot, channel)
    assert document["root_cause"] == [{"text": "the pool is exhausted", "evidence": [reply]}]


def test_a_mark_delivered_repeatedly_is_confirmed_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "found it")
    live_bot.settle()
    live_bot.sandbox.faults.on("duplicate", kind="events_api", new_ids=True, copies=3)
    _mark(live_bot, channel, ts, Mark.TIMELINE)
    assert [receipt["text"] for receipt in _receipts(live_bot, "ben")] == [
        f"{RECEIPT}. Remove the reaction to undo."
    ]


def test_a_mark_missed_during_downtime_counts_without_a_receipt(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    ts = live_bot.workspace.say("ana", channel, "found it")
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.react("ben", channel, ts, "pushpin")
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.settle()
    (event,) = [entry for entry in live_bot.timeline(channel) if entry.message_id == ts]
    assert event.marks == {Mark.TIMELINE}
    assert _receipts(live_bot, "ben") == []


def test_marking_a_bot_message_has_no_effect_and_no_receipt(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    card = next(message for message in live_bot.messages(channel) if "subtype" not in message)
    _mark(live_bot, channel, card["ts"], Mark.TIMELINE)
    assert _receipts(live_bot, "ben") == []
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_mark_removed_before_its_receipt_was_sent_gets_none(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    ts = live_bot.workspace.say("ana", channel, "found it")
    live_bot.settle()
    live_bot.sandbox.faults.on("ratelimited", method="chat.postEphemeral", times=1)
    live_bot.workspace.react("ben", channel, ts, "pushpin")
    calls = live_bot.sandbox.record.called
    eventually(lambda: bool(calls("chat.postEphemeral")), "it was tried")
    live_bot.workspace.unreact("ben", channel, ts, "pushpin")
    live_bot.sandbox.settle(15)
    live_bot.sandbox.clock.advance(timedelta(minutes=2))
    live_bot.settle()
    assert _receipts(live_bot, "ben") == []


def test_a_receipt_for_a_reply_whose_thread_was_deleted_is_dropped(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    parent = live_bot.workspace.say("ana", channel, "looking")
    reply = live_bot.workspace.say("ana", channel, "found it", thread=parent)
    live_bot.settle()
    error = "cannot_reply_to_message"
    live_bot.sandbox.faults.on("error", method="chat.postEphemeral", times=1, error=error)
    _mark(live_bot, channel, reply, Mark.TIMELINE)
    assert live_bot.sandbox.record.called("chat.postEphemeral")[-1].answer["error"] == error
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_person_outside_the_channel_gets_no_receipt(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "found it")
    live_bot.workspace.react("ben", channel, ts, "pushpin")  # from a preview of the channel
    live_bot.settle()
    assert _receipts(live_bot, "ben") == []
    with live_bot.store.begin() as session:
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
    live_bot: LiveBot, mark: Mark, section: str
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "the blue kettle on shelf nine")
    _mark(live_bot, channel, ts, mark)
    entries = [entry for entry in _document(live_bot, channel)[section] if ts in entry["evidence"]]
    texts = [entry["text"].casefold() for entry in entries]  # a row begins with a capital letter
    assert texts == ["the blue kettle on shelf nine"]
    if mark is Mark.DECISION:
        assert entries[0]["kind"] == "decision"


def test_a_detection_mark_sets_the_key_time_and_a_security_mark_requires_a_postmortem(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare("P4 odd things")
    ts = live_bot.workspace.say("ana", channel, "the blue kettle on shelf nine")
    _mark(live_bot, channel, ts, Mark.DETECTION)
    _mark(live_bot, channel, ts, Mark.SECURITY)
    document = _document(live_bot, channel)
    detected = document["moments"]["detected"]
    assert (detected["basis"], detected["evidence"]) == ("marked", [ts])
    assert document["need"]["needed"]
    assert "security" in json.dumps(document["need"]["reasons"])


def test_an_action_item_mark_suggests_an_item_until_the_last_mark_is_removed(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "somebody needs to raise the pool limit")
    _mark(live_bot, channel, ts, Mark.ACTION_ITEM)
    _mark(live_bot, channel, ts, Mark.ACTION_ITEM, "mei")
    assert _items(live_bot, channel) == [
        (ItemState.SUGGESTED, ts, live_bot.workspace.person("ben").id)
    ]
    assert "Suggested action item: Somebody needs to raise the pool limit" in live_bot.text_in(
        channel
    )
    live_bot.workspace.unreact("ben", channel, ts, EMOJI[Mark.ACTION_ITEM])
    live_bot.settle()
    assert _items(live_bot, channel)[0][0] == ItemState.SUGGESTED  # Mei's is still there
    live_bot.workspace.unreact("mei", channel, ts, EMOJI[Mark.ACTION_ITEM])
    live_bot.settle()
    assert _items(live_bot, channel)[0][0] == ItemState.DROPPED
    _mark(live_bot, channel, ts, Mark.ACTION_ITEM)
    assert [state for state, _, _ in _items(live_bot, channel)] == [ItemState.SUGGESTED]


def test_an_accepted_item_stays_when_its_mark_is_removed(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "I'll raise the pool limit")
    _mark(live_bot, channel, ts, Mark.ACTION_ITEM)
    live_bot.press("ana", channel, "Accept item")  # Ana committed to it, so she may accept it
    live_bot.workspace.unreact("ben", channel, ts, EMOJI[Mark.ACTION_ITEM])
    live_bot.settle()
    assert _items(live_bot, channel)[0][0] == ItemState.OPEN


def test_a_dropped_suggestion_is_not_in_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "I'll raise the pool limit by friday")
    _mark(live_bot, channel, ts, Mark.ACTION_ITEM)
    live_bot.press("ana", channel, "Dismiss item")
    assert _document(live_bot, channel)["action_items"] == []


def test_the_help_lists_the_reactions(live_bot: LiveBot) -> None:
    answer = live_bot.command("ana", "help")
    assert "Decision :scales:" in answer
    assert "Add to timeline :pushpin:" in answer
