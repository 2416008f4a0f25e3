"""Repeated deliveries get one reply, even when the request is refused or unreadable."""

import threading
from collections import Counter
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import Town

REPLY_THREADS = {"answering who asked", "refusing"}


def _settle(town: Town) -> None:
    """Wait for pending ephemeral replies as well."""
    town.settle()
    for thread in threading.enumerate():
        if thread.name in REPLY_THREADS:
            thread.join(harness.PATIENCE)


def _answers(town: Town, person: str) -> list[str]:
    return [message["text"] for message in town.ws.ephemerals(person)]


MENTIONS = [
    "@debrief",
    "@debrief help",
    "@debrief can you help?",
    "@debrief note",
    "@debrief action add an alert",
    "@debrief update 99h rolled back",
    "@debrief note 25:99 restarted the cache",
    "@debrief note restarted the cache",
]
DIRECT = ["help", "can you help?", "note restarted the cache", "done", "list"]


@pytest.mark.parametrize("new_ids", [False, True])
def test_repeated_mentions_and_direct_messages_are_answered_once(
    town: Town, *, new_ids: bool
) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.settle()
    before = len(_answers(town, "ben"))
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=new_ids)
    for text in MENTIONS:
        town.ws.say("ben", channel, text)
        _settle(town)
    for text in DIRECT:
        town.ws.say_to_bot("ben", text)
        _settle(town)
    assert len(_answers(town, "ben")) - before == len(MENTIONS) + len(DIRECT)
    notes = [event.text for event in town.recorded(channel) if event.kind == "note"]
    assert notes.count("restarted the cache") == 1


def test_an_edited_mention_delivered_repeatedly_is_answered_once(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "@debrief nonsense")
    _settle(town)
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3)
    town.ws.edit(channel, ts, "@debrief note")
    _settle(town)
    assert len([answer for answer in _answers(town, "ana") if "I do not know" in answer]) == 1


def test_a_guest_is_refused_once_for_repeated_deliveries(town: Town) -> None:
    channel = town.declare()
    town.ws.add_person(name="gus", real_name="Gus Guest", restricted=True)
    town.ws.invite("ana", channel, "gus")
    town.settle()
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=True)
    town.ws.say("gus", channel, "@debrief resolve")
    _settle(town)
    assert len(_answers(town, "gus")) == 1


@pytest.fixture
def repeated(town: Town) -> Town:
    """A workspace in which every click is delivered two to four times."""
    town.sandbox.faults.on("duplicate", kind="interactive", copies=3)
    return town


def test_a_refused_shortcut_delivered_repeatedly_is_answered_once(repeated: Town) -> None:
    ts = repeated.ws.say("ben", "general", "look at this")
    repeated.ws.message_shortcut("ben", "add_to_timeline", "general", ts)
    _settle(repeated)
    (answer,) = _answers(repeated, "ben")
    assert answer.startswith("There is no incident in this channel.")


def test_a_shortcut_delivered_repeatedly_opens_a_form_without_an_error(repeated: Town) -> None:
    ts = repeated.ws.say("ben", "general", "look at this")
    repeated.ws.message_shortcut("ben", "declare_from_message", "general", ts)
    _settle(repeated)
    assert repeated.ws.open_view("ben")
    assert _answers(repeated, "ben") == []


def test_a_stale_button_press_delivered_repeatedly_is_answered_once(repeated: Town) -> None:
    channel = repeated.declare()
    repeated.incident("ana", "action Add an alert @ben friday P2", channel)
    repeated.settle()
    item = next(message for message in repeated.said(channel) if "Action item" in message["text"])
    repeated.incident("ana", "drop 1", channel)
    repeated.ws.press("ben", channel, item["ts"], _button(item, "Mark done"))
    _settle(repeated)
    assert max(Counter(_answers(repeated, "ben")).values(), default=0) <= 1


def _button(message: dict[str, Any], label: str) -> str:
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    buttons = (element for element in elements if element.get("type") == "button")
    return next(str(button["action_id"]) for button in buttons if button["text"]["text"] == label)
