"""The life of an action item, from a sentence in the channel to the digest that counts it."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.action_item import ItemState
from storage import action_items
from tests.support.harness import LiveBot

SENTENCE = "we need an alert on queue depth, I'll take it by friday"


def test_a_commitment_is_suggested_accepted_reminded_finished_and_counted_in_the_digest(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare("P1 the queue is full")
    item = _suggest_item(live_bot, channel)
    live_bot.press("ben", channel, "Accept item")
    live_bot.workspace.say("ben", channel, "P2", thread=item["ts"])
    live_bot.settle()
    assert live_bot.workspace.dm("ben") == []
    _at(live_bot, 12, 14)  # ten in New York, one working day before the due date
    (reminder,) = live_bot.workspace.dm("ben")
    assert "alert on queue depth" in reminder["text"]
    live_bot.press("ben", "dm", "Mark as done")
    _at(live_bot, 13, 14)  # the due date
    assert len(live_bot.workspace.dm("ben")) == 1
    _at(live_bot, 16, 9)  # Monday
    (digest,) = [
        m for m in live_bot.messages("sre-weekly") if m["text"].startswith("Action items, ")
    ]
    assert "1 of 1 item due last week is done" in digest["text"]
    assert "ben" not in digest["text"].lower()
    _assert_history(live_bot)


def _suggest_item(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    """State the commitment during the incident; the draft suggests it as an item."""
    live_bot.workspace.join("ben", channel)
    message_ts = live_bot.workspace.say("ben", channel, SENTENCE)
    live_bot.settle()
    assert "ction item" not in live_bot.text_in(channel)
    live_bot.command("ana", "resolve the consumers were restarted", channel)
    live_bot.settle()
    (item,) = [
        m for m in live_bot.messages(channel) if m["text"].startswith("Suggested action item")
    ]
    assert f"Owner: <@{live_bot.workspace.person('ben').id}>. Due: Fri 13 Mar 2026." in item["text"]
    (hint, *_) = live_bot.workspace.replies(channel, item["ts"])[1:]
    assert message_ts.replace(".", "") in hint["text"]  # the link to the message
    return item


def _assert_history(live_bot: LiveBot) -> None:
    """Check that every change is stored with its author."""
    ben = live_bot.workspace.person("ben").id
    with live_bot.store.begin() as session:
        item = action_items.by_id(session, 1)
        changes = [
            (entry.field, entry.value, entry.by) for entry in action_items.changes(session, 1)
        ]
    assert item is not None
    assert (item.state, item.done_by) == (ItemState.DONE, ben)
    for change in (("state", "open", ben), ("priority", "P2", ben), ("state", "done", ben)):
        assert change in changes


def _at(live_bot: LiveBot, day: int, hour: int) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
    live_bot.settle()
