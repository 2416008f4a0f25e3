"""Looking up an action item by its number."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.harness import LiveBot, eventually


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    live_bot.workspace.join("ben", channel_id)
    return channel_id


def _accept_marked_message(live_bot: LiveBot, channel: str) -> str:
    """Mark a message of Ben's and accept the suggestion; it becomes item 1."""
    message_ts = str(live_bot.workspace.say("ben", channel, "I will add an alert by 2026-03-13"))
    live_bot.settle()
    live_bot.workspace.react("ben", channel, message_ts, "clipboard")
    live_bot.settle()
    live_bot.press("ben", channel, "Accept item")
    return message_ts


def _labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["text"]["text"] for block in blocks for element in block.get("elements", []) if element["type"] == "button"]  # fmt: skip


def test_a_looked_up_item_shows_its_details_and_history(live_bot: LiveBot, channel: str) -> None:
    message_ts = _accept_marked_message(live_bot, channel)
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    live_bot.settle()
    answer = live_bot.workspace.command("ben", "general", "/incident", "actions 1")
    text = answer.text
    ben = live_bot.workspace.person("ben").id
    assert "Action item: Add an alert. " in text
    assert f"Owner: <@{ben}>. Due: Fri 13 Mar 2026. Priority: not set." in text
    assert f"INC-2026-001: checkout fails, in <#{channel}>  |  <https://" in text
    assert f"/archives/{channel}/p{message_ts.replace('.', '')}|source message>" in text
    assert f"<@{ben}> marked it as open" in text
    assert f"reminded <@{ben}> (1 working day before the due date)" in text
    everything = "\n".join(str(block.get("text", "")) for block in answer.blocks)
    assert all(part in everything for part in ("Add an alert", "source message", "reminded"))


def test_a_looked_up_item_has_the_buttons_of_its_message_and_they_work(
    live_bot: LiveBot, channel: str
) -> None:
    _accept_marked_message(live_bot, channel)
    message = next(m for m in live_bot.messages(channel) if m["text"].startswith("Action item:"))
    answer = live_bot.workspace.command("mei", "general", "/incident", "actions #1")
    assert _labels(answer.blocks) == _labels(message["blocks"])
    reply = live_bot.workspace.ephemerals("mei")[-1]
    live_bot.workspace.press("mei", "general", reply["ts"], "item_done:1")
    live_bot.settle()
    assert "Marked as done: Add an alert" in live_bot.workspace.ephemerals("mei")[-1]["text"]
    assert ", done" in live_bot.command("ana", "actions", channel)
    assert "Done by Mei Tanaka" in live_bot.command("ben", "actions 1")


def test_a_lookup_by_mention_or_direct_message_shows_the_buttons(
    live_bot: LiveBot, channel: str
) -> None:
    _accept_marked_message(live_bot, channel)
    before = len(live_bot.workspace.ephemerals("ben"))
    live_bot.workspace.say("ben", channel, "@debrief actions 1")
    live_bot.workspace.say_to_bot("ben", "actions 1")
    eventually(
        lambda: len(live_bot.workspace.ephemerals("ben")) == before + 2, "Ben is answered twice"
    )
    for reply in live_bot.workspace.ephemerals("ben")[before:]:
        assert "Mark as done" in _labels(reply["blocks"])


def test_item_numbers_are_shown_wherever_items_are_listed(live_bot: LiveBot, channel: str) -> None:
    assert "Action item 1." in live_bot.command(
        "ana", "action add an alert @ben 2026-03-13", channel
    )
    live_bot.settle()
    assert "• 1: add an alert" in live_bot.command("ana", "actions", channel)
    assert "• 1: add an alert" in live_bot.command("ben", "actions")
    assert "Action item 1 for INC-2026-001" in str(live_bot.messages(channel))
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert "INC-2026-001, item 1, due" in live_bot.workspace.dm("ben")[-1]["text"]


@pytest.mark.parametrize("number", ["2", "999999999"])
def test_an_unknown_item_number_is_rejected(live_bot: LiveBot, channel: str, number: str) -> None:
    _accept_marked_message(live_bot, channel)
    reply = live_bot.command("ben", f"actions {number}")
    assert reply.startswith(f"There's no action item {number} that you can see.")


def test_only_members_of_a_private_incident_can_look_up_its_items(live_bot: LiveBot) -> None:
    live_bot.workspace.add_person("zoe")
    private_channel = live_bot.declare("P1 payroll leaked", private=True)
    live_bot.workspace.invite("ana", private_channel, "ben")
    live_bot.command("ana", "action rotate the keys @ben 2026-03-13", private_channel)
    live_bot.settle()
    refusal = live_bot.command("zoe", "actions 1", "general")
    assert refusal.startswith("There's no action item 1 that you can see.")
    assert refusal.replace("action item 1 ", "action item 2 ") == live_bot.command("zoe", "actions 2", "general")  # fmt: skip
    for person in ("ana", "ben"):
        assert "rotate the keys" in live_bot.command(person, "actions 1", "general")
