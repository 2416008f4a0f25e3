"""Repeated deliveries get one reply, even when the request is refused or unreadable."""

import threading
from collections import Counter
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import LiveBot

REPLY_THREADS = {"replying to a command", "sending a refusal"}


def _settle(live_bot: LiveBot) -> None:
    """Wait for pending ephemeral replies as well."""
    live_bot.settle()
    for thread in threading.enumerate():
        if thread.name in REPLY_THREADS:
            thread.join(harness.TIMEOUT_SECONDS)


def _answers(live_bot: LiveBot, person: str) -> list[str]:
    return [message["text"] for message in live_bot.workspace.ephemerals(person)]


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
    live_bot: LiveBot, *, new_ids: bool
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.settle()
    before = len(_answers(live_bot, "ben"))
    live_bot.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=new_ids)
    for text in MENTIONS:
        live_bot.workspace.say("ben", channel, text)
        _settle(live_bot)
    for text in DIRECT:
        live_bot.workspace.say_to_bot("ben", text)
        _settle(live_bot)
    assert len(_answers(live_bot, "ben")) - before == len(MENTIONS) + len(DIRECT)
    notes = [event.text for event in live_bot.timeline(channel) if event.kind == "note"]
    assert notes.count("restarted the cache") == 1


def test_an_edited_mention_delivered_repeatedly_is_answered_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "@debrief nonsense")
    _settle(live_bot)
    live_bot.sandbox.faults.on("duplicate", kind="events_api", copies=3)
    live_bot.workspace.edit(channel, ts, "@debrief note")
    _settle(live_bot)
    assert len([answer for answer in _answers(live_bot, "ana") if "Unknown command" in answer]) == 1


def test_a_guest_is_refused_once_for_repeated_deliveries(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.add_person(name="gus", real_name="Gus Guest", restricted=True)
    live_bot.workspace.invite("ana", channel, "gus")
    live_bot.settle()
    live_bot.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=True)
    live_bot.workspace.say("gus", channel, "@debrief resolve")
    _settle(live_bot)
    assert len(_answers(live_bot, "gus")) == 1


@pytest.fixture
def repeated(live_bot: LiveBot) -> LiveBot:
    """A workspace in which every click is delivered two to four times."""
    live_bot.sandbox.faults.on("duplicate", kind="interactive", copies=3)
    return live_bot


def test_a_refused_shortcut_delivered_repeatedly_is_answered_once(repeated: LiveBot) -> None:
    ts = repeated.workspace.say("ben", "general", "look at this")
    repeated.workspace.message_shortcut("ben", "add_to_timeline", "general", ts)
    _settle(repeated)
    (answer,) = _answers(repeated, "ben")
    assert answer.startswith("There's no incident in this channel.")


def test_a_shortcut_delivered_repeatedly_opens_a_form_without_an_error(repeated: LiveBot) -> None:
    ts = repeated.workspace.say("ben", "general", "look at this")
    repeated.workspace.message_shortcut("ben", "declare_from_message", "general", ts)
    _settle(repeated)
    assert repeated.workspace.open_view("ben")
    assert _answers(repeated, "ben") == []


def test_a_stale_button_press_delivered_repeatedly_is_answered_once(repeated: LiveBot) -> None:
    channel = repeated.declare()
    repeated.command("ana", "action Add an alert @ben friday P2", channel)
    repeated.settle()
    item = next(
        message for message in repeated.messages(channel) if "Action item" in message["text"]
    )
    repeated.command("ana", "drop 1", channel)
    repeated.workspace.press("ben", channel, item["ts"], _button(item, "Mark as done"))
    _settle(repeated)
    assert max(Counter(_answers(repeated, "ben")).values(), default=0) <= 1


def _button(message: dict[str, Any], label: str) -> str:
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    buttons = (element for element in elements if element.get("type") == "button")
    return next(str(button["action_id"]) for button in buttons if button["text"]["text"] == label)
