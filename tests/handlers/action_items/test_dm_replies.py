"""Replies to a reminder in the direct message with the bot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import action_items
from tests.support.harness import Town, eventually

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York, the day before the items are due
HELP = "*Run an incident*"


def _reply_to_ben(town: Town, text: str, thread: str | None = None) -> dict[str, Any]:
    """Send the bot a message as Ben and return its ephemeral reply."""
    before = len(town.ws.ephemerals("ben"))
    if thread is None:
        town.ws.say_to_bot("ben", text)
    else:
        dm = town.sandbox.state.dm_with(town.ws.person("ben"))
        town.ws.say("ben", dm, text, thread=thread)
    eventually(lambda: len(town.ws.ephemerals("ben")) > before, f"Ben is answered: {text}")
    town.settle()
    (reply,) = town.ws.ephemerals("ben")[before:]
    return dict(reply)


def _states(town: Town) -> list[str]:
    with town.store.begin() as session:
        return [str(item.state) for item in action_items.of_incident(session, 1)]


def _remind_ben(town: Town, *texts: str) -> str:
    channel = town.declare()
    for text in texts:
        town.incident("ana", f"action {text} @ben 2026-03-13 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(DUE)
    town.settle()
    (reminder,) = town.ws.dm("ben")
    return str(reminder["ts"])


def test_done_finishes_the_only_reminded_item_and_can_be_undone_in_the_dm(town: Town) -> None:
    _remind_ben(town, "add an alert")
    reply = _reply_to_ben(town, "done")
    assert reply["text"] == "Done: add an alert. Thank you."
    assert _states(town) == ["done"]
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.press("ben", dm, reply["ts"], "item_reopen:1")
    town.settle()
    assert _states(town) == ["open"]


def test_a_thread_reply_to_the_reminder_is_answered_in_the_thread(town: Town) -> None:
    reminder = _remind_ben(town, "add an alert")
    reply = _reply_to_ben(town, "it's done, thanks", reminder)
    assert reply["text"].startswith("Done: add an alert")
    assert reply["thread_ts"] == reminder


def test_done_with_several_open_items_lists_each_with_a_button(town: Town) -> None:
    _remind_ben(town, "add an alert", "write the runbook")
    reply = _reply_to_ben(town, "done")
    assert reply["text"].startswith("I reminded you of 2 that are still open. Which one?")
    assert "INC-2026-001, item 2, due" in reply["text"]
    assert _states(town) == ["open", "open"]
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.press("ben", dm, reply["ts"], "item_done:2")
    town.settle()
    assert _states(town) == ["open", "done"]
    _reply_to_ben(town, "done")  # only one is still open
    assert _states(town) == ["done", "done"]


def test_a_number_selects_one_of_several_items(town: Town) -> None:
    _remind_ben(town, "add an alert", "write the runbook")
    assert _reply_to_ben(town, "done 2")["text"] == "Done: write the runbook. Thank you."
    assert _states(town) == ["open", "done"]
    assert _reply_to_ben(town, "done 2")["text"].endswith("not open any more: it is done.")
    assert "no action item 7 that you can see" in _reply_to_ben(town, "done 7")["text"]


def test_a_thread_reply_applies_to_its_own_reminder_not_to_the_latest(town: Town) -> None:
    first_reminder = _remind_ben(town, "add an alert")
    channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    town.incident("ana", "action write the runbook @ben 2026-03-16 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    town.settle()
    assert len(town.ws.dm("ben")) == 2
    _reply_to_ben(town, "done", first_reminder)
    assert _states(town) == ["done", "open"]


def test_done_without_a_reminder_is_explained_and_other_text_gets_the_help(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13", channel)
    town.settle()
    assert _reply_to_ben(town, "done")["text"].startswith("Nothing that I reminded you of last is")
    assert HELP in _reply_to_ben(town, "friday")["text"]
    assert _states(town) == ["open"]
    town.sandbox.clock.move_to(DUE)
    town.settle()
    for talk in ("yes", "no", "not done yet", "thanks"):
        assert HELP in _reply_to_ben(town, talk)["text"], talk


def test_a_due_date_in_the_past_is_rejected_with_the_reason(town: Town) -> None:
    _remind_ben(town, "add an alert")
    assert "is in the past" in _reply_to_ben(town, "2026-03-01")["text"]
    assert _states(town) == ["open"]


@pytest.mark.parametrize("command", ["done", "done it"])
def test_done_in_a_channel_needs_an_item_number(town: Town, command: str) -> None:
    _remind_ben(town, "add an alert")
    reply = town.incident("ben", command, "general")
    assert reply.startswith("Say which action item by its number: `/incident done 12`.")
    assert _states(town) == ["open"]


def test_a_reply_delivered_twice_is_answered_once(town: Town) -> None:
    _remind_ben(town, "add an alert", "write the runbook")
    town.sandbox.faults.on("duplicate", copies=3, new_ids=True)
    before = len(town.ws.ephemerals("ben"))
    town.ws.say_to_bot("ben", "done")
    town.settle()
    assert len(town.ws.ephemerals("ben")) == before + 1


def test_only_members_of_a_private_incident_can_finish_its_items(town: Town) -> None:
    town.ws.add_person("zoe")
    private_channel = town.declare("P1 payroll leaked", private=True)
    town.ws.invite("ana", private_channel, "ben")
    town.incident("ana", "action rotate the keys @ben 2026-03-13", private_channel)
    town.settle()
    assert "no action item 1 that you can see" in town.incident("zoe", "done 1", "general")
    assert _states(town) == ["open"]
    assert town.incident("ben", "done 1", "general").startswith("Done: rotate the keys")
