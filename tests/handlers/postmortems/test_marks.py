"""Marks: who puts one sees that it counts, and the draft has it where it belongs."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.domain.action_item import ItemState
from bot.domain.timeline import Mark
from storage import action_items, incidents, outbox, postmortems
from tests.support.harness import Town, eventually

EMOJI = {mark: emoji for emoji, mark in Policy().marks.items()}
KEPT = "Kept in the timeline"


def _receipts(town: Town, person: str) -> list[dict[str, Any]]:
    return [each for each in town.ws.ephemerals(person) if each["text"].startswith(KEPT)]


def _mark(town: Town, channel: str, ts: str, mark: Mark, person: str = "ben") -> None:
    town.ws.join(person, channel)
    town.ws.react(person, channel, ts, EMOJI[mark])
    town.settle()


def _items(town: Town, channel: str) -> list[tuple[str, str | None, str]]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        found = action_items.of_incident(session, incident.id)
        return [(item.state, item.evidence, item.created_by) for item in found]


def _document(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "resolve", channel)
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        found = postmortems.latest(session, incident.id)
        assert found
        return found.document


def test_every_mark_has_an_emoji() -> None:
    assert set(EMOJI) == set(Mark)


def test_who_marks_a_message_sees_that_it_counts_and_nobody_else_does(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "we fail over to the replica")
    _mark(town, channel, ts, Mark.DECISION)
    (told,) = _receipts(town, "ben")
    assert told["text"] == f"{KEPT} as a decision. Take the reaction off to undo."
    assert "thread_ts" not in told
    assert _receipts(town, "ana") == []


def test_a_reply_is_answered_in_its_thread(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "why?")
    reply = town.ws.say("ben", channel, "the pool is exhausted", thread=parent)
    _mark(town, channel, reply, Mark.ROOT_CAUSE)
    (told,) = _receipts(town, "ben")
    assert told["thread_ts"] == parent
    document = _document(town, channel)
    assert document["root_cause"] == [{"text": "the pool is exhausted", "evidence": [reply]}]


def test_a_repeated_mark_is_answered_once(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.sandbox.faults.on("duplicate", kind="events_api", new_ids=True, copies=3)
    _mark(town, channel, ts, Mark.TIMELINE)
    assert [each["text"] for each in _receipts(town, "ben")] == [
        f"{KEPT}. Take the reaction off to undo."
    ]


def test_a_mark_that_was_missed_is_followed_without_a_word(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.service.stop()
    town.ws.react("ben", channel, ts, "pushpin")
    town.restart(away=timedelta(minutes=20))
    town.settle()
    (event,) = [each for each in town.recorded(channel) if each.message_id == ts]
    assert event.marks == {Mark.TIMELINE}
    assert _receipts(town, "ben") == []


def test_what_the_bot_says_itself_is_not_kept_and_nobody_is_told_so(town: Town) -> None:
    channel = town.declare()
    card = next(each for each in town.said(channel) if "subtype" not in each)
    _mark(town, channel, card["ts"], Mark.TIMELINE)
    assert _receipts(town, "ben") == []
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_mark_that_was_taken_back_before_it_could_be_said_is_not_said(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    ts = town.ws.say("ana", channel, "found it")
    town.settle()
    town.sandbox.faults.on("ratelimited", method="chat.postEphemeral", times=1)
    town.ws.react("ben", channel, ts, "pushpin")
    tried = town.sandbox.record.called
    eventually(lambda: bool(tried("chat.postEphemeral")), "it was tried")
    town.ws.unreact("ben", channel, ts, "pushpin")
    town.sandbox.settle(15)
    town.sandbox.clock.advance(timedelta(minutes=2))
    town.settle()
    assert _receipts(town, "ben") == []


def test_a_receipt_for_a_reply_whose_thread_was_deleted_is_dropped(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    head = town.ws.say("ana", channel, "looking")
    reply = town.ws.say("ana", channel, "found it", thread=head)
    town.settle()
    gone = "cannot_reply_to_message"
    town.sandbox.faults.on("error", method="chat.postEphemeral", times=1, error=gone)
    _mark(town, channel, reply, Mark.TIMELINE)
    assert town.sandbox.record.called("chat.postEphemeral")[-1].answer["error"] == gone
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_who_is_not_there_any_more_is_not_told_and_nothing_waits(town: Town) -> None:
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
def test_the_draft_has_each_mark_in_its_section(town: Town, mark: Mark, section: str) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "the blue kettle on shelf nine")
    _mark(town, channel, ts, mark)
    found = [each for each in _document(town, channel)[section] if ts in each["evidence"]]
    assert [each["text"] for each in found] == ["the blue kettle on shelf nine"]
    if mark is Mark.DECISION:
        assert found[0]["kind"] == "decision"


def test_a_marked_sign_is_the_detection_and_security_asks_for_a_postmortem(town: Town) -> None:
    channel = town.declare("P4 odd things")
    ts = town.ws.say("ana", channel, "the blue kettle on shelf nine")
    _mark(town, channel, ts, Mark.DETECTION)
    _mark(town, channel, ts, Mark.SECURITY)
    document = _document(town, channel)
    detected = document["moments"]["detected"]
    assert (detected["basis"], detected["evidence"]) == ("marked", [ts])
    assert document["need"]["needed"]
    assert "security" in json.dumps(document["need"]["reasons"])


def test_a_marked_action_is_suggested_at_once_and_dropped_with_the_last_mark(town: Town) -> None:
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


def test_an_item_that_somebody_took_stays_when_the_mark_goes(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "I'll raise the pool limit")
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    town.press("ana", channel, "Accept")  # she said that she would, so it is hers
    town.ws.unreact("ben", channel, ts, EMOJI[Mark.ACTION_ITEM])
    town.settle()
    assert _items(town, channel)[0][0] == ItemState.OPEN


def test_a_dropped_suggestion_is_not_in_the_draft_again(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "I'll raise the pool limit by friday")
    _mark(town, channel, ts, Mark.ACTION_ITEM)
    town.press("ana", channel, "Drop")
    assert _document(town, channel)["action_items"] == []


def test_the_help_names_the_reactions(town: Town) -> None:
    told = town.incident("ana", "help")
    assert "A decision :scales:" in told
    assert "Keep it in the timeline :pushpin:" in told
