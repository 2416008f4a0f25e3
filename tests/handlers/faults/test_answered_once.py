"""What Slack delivers twice is answered once, also when it was refused or not understood."""

import threading
from collections import Counter
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import Town

WHISPERING = {"answering who asked", "refusing"}


def _settle(town: Town) -> None:
    """Wait also for answers that are on their way."""
    town.settle()
    for thread in threading.enumerate():
        if thread.name in WHISPERING:
            thread.join(harness.PATIENCE)


def _answers(town: Town, person: str) -> list[str]:
    return [each["text"] for each in town.ws.ephemerals(person)]


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
def test_mentions_and_direct_messages(town: Town, *, new_ids: bool) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.settle()
    greeted = len(_answers(town, "ben"))
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=new_ids)
    for text in MENTIONS:
        town.ws.say("ben", channel, text)
        _settle(town)
    for text in DIRECT:
        town.ws.say_to_bot("ben", text)
        _settle(town)
    assert len(_answers(town, "ben")) - greeted == len(MENTIONS) + len(DIRECT)
    notes = [each.text for each in town.recorded(channel) if each.kind == "note"]
    assert notes.count("restarted the cache") == 1


def test_a_mention_that_is_edited_afterwards(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "@debrief nonsense")
    _settle(town)
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3)
    town.ws.edit(channel, ts, "@debrief note")
    _settle(town)
    assert len([each for each in _answers(town, "ana") if "I do not know" in each]) == 1


def test_an_outsider_who_is_refused(town: Town) -> None:
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
    """A town where each click is delivered two to four times."""
    town.sandbox.faults.on("duplicate", kind="interactive", copies=3)
    return town


def test_a_shortcut_that_is_refused(repeated: Town) -> None:
    ts = repeated.ws.say("ben", "general", "look at this")
    repeated.ws.message_shortcut("ben", "add_to_timeline", "general", ts)
    _settle(repeated)
    (answer,) = _answers(repeated, "ben")
    assert answer.startswith("There is no incident in this channel.")


def test_a_shortcut_that_opens_a_form(repeated: Town) -> None:
    ts = repeated.ws.say("ben", "general", "look at this")
    repeated.ws.message_shortcut("ben", "declare_from_message", "general", ts)
    _settle(repeated)
    assert repeated.ws.open_view("ben")
    assert _answers(repeated, "ben") == []


def test_a_button_that_comes_too_late(repeated: Town) -> None:
    channel = repeated.declare()
    repeated.incident("ana", "action Add an alert @ben friday P2", channel)
    repeated.settle()
    item = next(each for each in repeated.said(channel) if "Action item" in each["text"])
    repeated.incident("ana", "drop 1", channel)
    repeated.ws.press("ben", channel, item["ts"], _button(item, "Mark done"))
    _settle(repeated)
    assert max(Counter(_answers(repeated, "ben")).values(), default=0) <= 1


def _button(message: dict[str, Any], label: str) -> str:
    elements = [each for block in message["blocks"] for each in block.get("elements", [])]
    found = (each for each in elements if each.get("type") == "button")
    return next(str(each["action_id"]) for each in found if each["text"]["text"] == label)
