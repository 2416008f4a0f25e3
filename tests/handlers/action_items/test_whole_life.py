"""One action item over the wire, from a sentence in the channel to the digest that says it is done."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.action_item import ItemState
from storage import action_items
from tests.support.harness import Town

SENTENCE = "we need an alert on queue depth, I'll take it by friday"


def test_from_a_sentence_to_done_in_the_digest(town: Town) -> None:
    channel = town.declare("P1 the queue is full")
    item = _suggested(town, channel)
    town.press("ben", channel, "Accept")
    town.ws.say("ben", channel, "P2", thread=item["ts"])
    town.settle()
    assert town.ws.dm("ben") == []
    _at(town, 12, 14)  # ten in New York, the working day before
    (reminder,) = town.ws.dm("ben")
    assert "alert on queue depth" in reminder["text"]
    town.press("ben", "dm", "Mark done")
    _at(town, 13, 14)  # the day itself
    assert len(town.ws.dm("ben")) == 1
    _at(town, 16, 9)  # Monday
    (digest,) = [m for m in town.said("sre-weekly") if m["text"].startswith("Action items, week")]
    assert "Of 1 that fell due this week, 1 are done (100 %)" in digest["text"]
    assert "ben" not in digest["text"].lower()
    _is_kept(town)


def _suggested(town: Town, channel: str) -> dict[str, Any]:
    """Say it while it burns, where it interrupts nobody; the draft suggests it."""
    town.ws.join("ben", channel)
    said = town.ws.say("ben", channel, SENTENCE)
    town.settle()
    assert "ction item" not in town.texts(channel)
    town.incident("ana", "resolve the consumers were restarted", channel)
    town.settle()
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Suggested action item")]
    assert f"Owner: <@{town.ws.person('ben').id}>. Due: Fri 13 Mar 2026." in item["text"]
    (asked, *_) = town.ws.replies(channel, item["ts"])[1:]
    assert said.replace(".", "") in asked["text"]  # where it comes from
    return item


def _is_kept(town: Town) -> None:
    """Every change of it, with who made it."""
    ben = town.ws.person("ben").id
    with town.store.begin() as session:
        found = action_items.by_id(session, 1)
        changes = [(each.field, each.value, each.by) for each in action_items.changes(session, 1)]
    assert found is not None
    assert (found.state, found.done_by) == (ItemState.DONE, ben)
    for change in (("state", "open", ben), ("priority", "P2", ben), ("state", "done", ben)):
        assert change in changes


def _at(town: Town, day: int, hour: int) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
    town.settle()
