"""Looking up an action item by its number."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.harness import Town, eventually


@pytest.fixture
def channel(town: Town) -> str:
    channel_id = town.declare()
    town.ws.join("ben", channel_id)
    return channel_id


def _accept_marked_message(town: Town, channel: str) -> str:
    """Mark a message of Ben's and accept the suggestion; it becomes item 1."""
    message_ts = str(town.ws.say("ben", channel, "I will add an alert by 2026-03-13"))
    town.settle()
    town.ws.react("ben", channel, message_ts, "clipboard")
    town.settle()
    town.press("ben", channel, "Accept")
    return message_ts


def _labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["text"]["text"] for block in blocks for element in block.get("elements", []) if element["type"] == "button"]  # fmt: skip


def test_a_looked_up_item_shows_its_details_and_history(town: Town, channel: str) -> None:
    message_ts = _accept_marked_message(town, channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    answer = town.ws.command("ben", "general", "/incident", "actions 1")
    text = answer.text
    ben = town.ws.person("ben").id
    assert "add an alert by 2026-03-13" in text
    assert f"Owner: <@{ben}>. Due: Fri 13 Mar 2026. Priority: not set." in text
    assert "INC-2026-001 checkout fails, <https://" in text
    assert f"/archives/{channel}/p{message_ts.replace('.', '')}|where it was said>" in text
    assert f"<@{ben}>: state open" in text
    assert f"<@{ben}> was told (1 working day before)" in text
    everything = "\n".join(str(block.get("text", "")) for block in answer.blocks)
    assert all(part in everything for part in ("add an alert", "where it was said", "was told"))


def test_a_looked_up_item_has_the_buttons_of_its_message_and_they_work(
    town: Town, channel: str
) -> None:
    _accept_marked_message(town, channel)
    message = next(m for m in town.said(channel) if m["text"].startswith("Action item:"))
    answer = town.ws.command("mei", "general", "/incident", "actions #1")
    assert _labels(answer.blocks) == _labels(message["blocks"])
    reply = town.ws.ephemerals("mei")[-1]
    town.ws.press("mei", "general", reply["ts"], "item_done:1")
    town.settle()
    assert "Done: I will add an alert" in town.ws.ephemerals("mei")[-1]["text"]
    assert ", done" in town.incident("ana", "actions", channel)
    assert f"Done by <@{town.ws.person('mei').id}>" in town.incident("ben", "actions 1")


def test_a_lookup_by_mention_or_direct_message_shows_the_buttons(town: Town, channel: str) -> None:
    _accept_marked_message(town, channel)
    before = len(town.ws.ephemerals("ben"))
    town.ws.say("ben", channel, "@debrief actions 1")
    town.ws.say_to_bot("ben", "actions 1")
    eventually(lambda: len(town.ws.ephemerals("ben")) == before + 2, "Ben is answered twice")
    for reply in town.ws.ephemerals("ben")[before:]:
        assert "Mark done" in _labels(reply["blocks"])


def test_item_numbers_are_shown_wherever_items_are_listed(town: Town, channel: str) -> None:
    assert "It is number 1," in town.incident("ana", "action add an alert @ben 2026-03-13", channel)
    town.settle()
    assert "• 1: add an alert" in town.incident("ana", "actions", channel)
    assert "• 1: add an alert" in town.incident("ben", "actions")
    assert "Action item 1 of INC-2026-001" in str(town.said(channel))
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    assert "INC-2026-001, item 1, due" in town.ws.dm("ben")[-1]["text"]


@pytest.mark.parametrize("number", ["2", "999999999"])
def test_an_unknown_item_number_is_rejected(town: Town, channel: str, number: str) -> None:
    _accept_marked_message(town, channel)
    reply = town.incident("ben", f"actions {number}")
    assert reply.startswith(f"There is no action item {number} that you can see.")


def test_only_members_of_a_private_incident_can_look_up_its_items(town: Town) -> None:
    town.ws.add_person("zoe")
    private_channel = town.declare("P1 payroll leaked", private=True)
    town.ws.invite("ana", private_channel, "ben")
    town.incident("ana", "action rotate the keys @ben 2026-03-13", private_channel)
    town.settle()
    refusal = town.incident("zoe", "actions 1", "general")
    assert refusal.startswith("There is no action item 1 that you can see.")
    assert refusal.replace("action item 1 ", "action item 2 ") == town.incident("zoe", "actions 2", "general")  # fmt: skip
    for person in ("ana", "ben"):
        assert "rotate the keys" in town.incident(person, "actions 1", "general")
