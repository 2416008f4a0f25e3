"""Replies to a reminder in the direct message with the bot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import action_items
from tests.support.harness import LiveBot, eventually

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York, the day before the items are due
UNKNOWN = "Unknown command"


def _reply_to_ben(live_bot: LiveBot, text: str, thread: str | None = None) -> dict[str, Any]:
    """Send the bot a message as Ben and return its ephemeral reply."""
    before = len(live_bot.workspace.ephemerals("ben"))
    if thread is None:
        live_bot.workspace.say_to_bot("ben", text)
    else:
        dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ben"))
        live_bot.workspace.say("ben", dm, text, thread=thread)
    eventually(
        lambda: len(live_bot.workspace.ephemerals("ben")) > before, f"Ben is answered: {text}"
    )
    live_bot.settle()
    (reply,) = live_bot.workspace.ephemerals("ben")[before:]
    return dict(reply)


def _states(live_bot: LiveBot) -> list[str]:
    with live_bot.store.begin() as session:
        return [str(item.state) for item in action_items.of_incident(session, 1)]


def _remind_ben(live_bot: LiveBot, *texts: str) -> str:
    channel = live_bot.declare()
    for text in texts:
        live_bot.command("ana", f"action {text} @ben 2026-03-13 P2", channel)
    live_bot.settle()
    live_bot.sandbox.clock.move_to(DUE)
    live_bot.settle()
    (reminder,) = live_bot.workspace.dm("ben")
    return str(reminder["ts"])


def test_done_finishes_the_only_reminded_item_and_can_be_undone_in_the_dm(
    live_bot: LiveBot,
) -> None:
    _remind_ben(live_bot, "add an alert")
    reply = _reply_to_ben(live_bot, "done")
    assert reply["text"] == "Marked as done: add an alert. Thank you!"
    assert _states(live_bot) == ["done"]
    dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ben"))
    live_bot.workspace.press("ben", dm, reply["ts"], "item_reopen:1")
    live_bot.settle()
    assert _states(live_bot) == ["open"]


def test_a_thread_reply_to_the_reminder_is_answered_in_the_thread(live_bot: LiveBot) -> None:
    reminder = _remind_ben(live_bot, "add an alert")
    reply = _reply_to_ben(live_bot, "it's done, thanks", reminder)
    assert reply["text"].startswith("Marked as done: add an alert")
    assert reply["thread_ts"] == reminder


def test_done_with_several_open_items_lists_each_with_a_button(live_bot: LiveBot) -> None:
    _remind_ben(live_bot, "add an alert", "write the runbook")
    reply = _reply_to_ben(live_bot, "done")
    assert reply["text"].startswith("My last reminder listed 2 open items.")
    assert "INC-2026-001, item 2, due" in reply["text"]
    assert _states(live_bot) == ["open", "open"]
    dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ben"))
    live_bot.workspace.press("ben", dm, reply["ts"], "item_done:2")
    live_bot.settle()
    assert _states(live_bot) == ["open", "done"]
    _reply_to_ben(live_bot, "done")  # only one is still open
    assert _states(live_bot) == ["done", "done"]


def test_a_number_selects_one_of_several_items(live_bot: LiveBot) -> None:
    _remind_ben(live_bot, "add an alert", "write the runbook")
    assert (
        _reply_to_ben(live_bot, "done 2")["text"] == "Marked as done: write the runbook. Thank you!"
    )
    assert _states(live_bot) == ["open", "done"]
    assert _reply_to_ben(live_bot, "done 2")["text"].startswith(
        "This action item is marked as done"
    )
    assert "no action item 7 that you can see" in _reply_to_ben(live_bot, "done 7")["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("snooze 2", "Snoozed until"),
        ("2 snooze", "Snoozed until"),
        ("friday 2", "Due date changed to Fri 13 Mar 2026"),
        ("#2: next friday", "Due date changed to Fri 20 Mar 2026"),
        ("13 march 2", "Due date changed to Fri 13 Mar 2026"),
        ("in 2 days 2", "Due date changed to Thu 12 Mar 2026"),
        ("P3 2", "Priority changed to P3"),
        ("not mine 2", "You no longer own"),
        ("item 2 is not mine", UNKNOWN),
        ("won't do 2, because nobody needs it", "Won't do: write the runbook."),
        ("drop 2 because nobody needs it", "Won't do: write the runbook."),
        ("done #2", "Marked as done"),
        ("2 done", "Marked as done"),
        ("mine 2", "now owns"),
        ("friday 7", "There's no action item 7 that you can see."),
    ],
)
def test_a_number_selects_an_item_for_every_reply_also_without_a_reminder(
    live_bot: LiveBot, text: str, answer: str
) -> None:
    channel = live_bot.declare()
    for item in ("add an alert", "write the runbook"):
        live_bot.command("ana", f"action {item} @ben 2026-03-13 P2", channel)
    live_bot.settle()
    reply = _reply_to_ben(live_bot, text)
    assert answer in reply["text"], reply["text"]
    with live_bot.store.begin() as session:
        first, _ = action_items.of_incident(session, 1)
    assert (first.state, first.owner, str(first.due), first.priority) == (
        "open", live_bot.workspace.person("ben").id, "2026-03-13", "P2",
    )  # fmt: skip


def test_somebody_elses_item_is_not_released_by_its_number(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @mei 2026-03-13", channel)
    live_bot.settle()
    assert "You no longer own this action item" in _reply_to_ben(live_bot, "not mine 1")["text"]
    with live_bot.store.begin() as session:
        (item,) = action_items.of_incident(session, 1)
    assert item.owner == live_bot.workspace.person("mei").id


def test_a_thread_reply_applies_to_its_own_reminder_not_to_the_latest(live_bot: LiveBot) -> None:
    first_reminder = _remind_ben(live_bot, "add an alert")
    channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    live_bot.command("ana", "action write the runbook @ben 2026-03-16 P2", channel)
    live_bot.settle()
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert len(live_bot.workspace.dm("ben")) == 2
    _reply_to_ben(live_bot, "done", first_reminder)
    assert _states(live_bot) == ["done", "open"]


def test_done_without_a_reminder_is_explained_and_other_text_is_a_command(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13", channel)
    live_bot.settle()
    assert _reply_to_ben(live_bot, "done")["text"].startswith(
        "Everything in my last reminder is already"
    )
    assert UNKNOWN in _reply_to_ben(live_bot, "friday")["text"]
    assert _states(live_bot) == ["open"]
    live_bot.sandbox.clock.move_to(DUE)
    live_bot.settle()
    for talk in ("yes", "no", "not done yet", "thanks"):
        assert UNKNOWN in _reply_to_ben(live_bot, talk)["text"], talk


def test_a_due_date_in_the_past_is_rejected_with_the_reason(live_bot: LiveBot) -> None:
    _remind_ben(live_bot, "add an alert")
    assert "is in the past" in _reply_to_ben(live_bot, "2026-03-01")["text"]
    assert _states(live_bot) == ["open"]


@pytest.mark.parametrize("command", ["done", "done it"])
def test_done_in_a_channel_needs_an_item_number(live_bot: LiveBot, command: str) -> None:
    _remind_ben(live_bot, "add an alert")
    reply = live_bot.command("ben", command, "general")
    assert reply.startswith("Which action item? Add its number: `/incident done 12`.")
    assert _states(live_bot) == ["open"]


def test_a_reply_delivered_twice_is_answered_once(live_bot: LiveBot) -> None:
    _remind_ben(live_bot, "add an alert", "write the runbook")
    live_bot.sandbox.faults.on("duplicate", copies=3, new_ids=True)
    before = len(live_bot.workspace.ephemerals("ben"))
    live_bot.workspace.say_to_bot("ben", "done")
    live_bot.settle()
    assert len(live_bot.workspace.ephemerals("ben")) == before + 1


def test_only_members_of_a_private_incident_can_finish_its_items(live_bot: LiveBot) -> None:
    live_bot.workspace.add_person("zoe")
    private_channel = live_bot.declare("P1 payroll leaked", private=True)
    live_bot.workspace.invite("ana", private_channel, "ben")
    live_bot.command("ana", "action rotate the keys @ben 2026-03-13", private_channel)
    live_bot.settle()
    assert "no action item 1 that you can see" in live_bot.command("zoe", "done 1", "general")
    assert _states(live_bot) == ["open"]
    assert live_bot.command("ben", "done 1", "general").startswith(
        "Marked as done: rotate the keys"
    )
