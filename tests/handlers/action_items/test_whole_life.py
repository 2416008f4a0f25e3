"""The life of an action item, from a sentence in the channel to the digest that counts it."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.action_item import ItemState
from storage import action_items
from tests.support.harness import Town

SENTENCE = "we need an alert on queue depth, I'll take it by friday"


def test_a_commitment_is_suggested_accepted_reminded_finished_and_counted_in_the_digest(
    town: Town,
) -> None:
    channel = town.declare("P1 the queue is full")
    item = _suggest_item(town, channel)
    town.press("ben", channel, "Accept")
    town.ws.say("ben", channel, "P2", thread=item["ts"])
    town.settle()
    assert town.ws.dm("ben") == []
    _at(town, 12, 14)  # ten in New York, one working day before the due date
    (reminder,) = town.ws.dm("ben")
    assert "alert on queue depth" in reminder["text"]
    town.press("ben", "dm", "Mark done")
    _at(town, 13, 14)  # the due date
    assert len(town.ws.dm("ben")) == 1
    _at(town, 16, 9)  # Monday
    (digest,) = [m for m in town.said("sre-weekly") if m["text"].startswith("Action items, week")]
    assert "Of 1 that fell due this week, 1 are done (100 %)" in digest["text"]
    assert "ben" not in digest["text"].lower()
    _assert_history(town)


def _suggest_item(town: Town, channel: str) -> dict[str, Any]:
    """State the commitment during the incident; the draft suggests it as an item."""
    town.ws.join("ben", channel)
    message_ts = town.ws.say("ben", channel, SENTENCE)
    town.settle()
    assert "ction item" not in town.texts(channel)
    town.incident("ana", "resolve the consumers were restarted", channel)
    town.settle()
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Suggested action item")]
    assert f"Owner: <@{town.ws.person('ben').id}>. Due: Fri 13 Mar 2026." in item["text"]
    (hint, *_) = town.ws.replies(channel, item["ts"])[1:]
    assert message_ts.replace(".", "") in hint["text"]  # the link to the message
    return item


def _assert_history(town: Town) -> None:
    """Check that every change is stored with its author."""
    ben = town.ws.person("ben").id
    with town.store.begin() as session:
        item = action_items.by_id(session, 1)
        changes = [
            (entry.field, entry.value, entry.by) for entry in action_items.changes(session, 1)
        ]
    assert item is not None
    assert (item.state, item.done_by) == (ItemState.DONE, ben)
    for change in (("state", "open", ben), ("priority", "P2", ben), ("state", "done", ben)):
        assert change in changes


def _at(town: Town, day: int, hour: int) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
    town.settle()
