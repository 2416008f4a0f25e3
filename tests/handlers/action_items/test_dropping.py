"""Cancelling an accepted action item with a reason, and reopening it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.timeline import EventKind
from storage import action_items, postmortems
from tests.support.harness import LiveBot

WHY = "the host is gone next month"


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    live_bot.workspace.join("ben", channel_id)
    live_bot.command("ana", "action move the pool @ben 2026-03-13 P2", channel_id)
    live_bot.settle()
    return channel_id


def _item(live_bot: LiveBot, number: int = 1) -> Any:
    with live_bot.store.begin() as session:
        return action_items.by_id(session, number)


def _item_message(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return next(m for m in reversed(live_bot.messages(channel)) if "ction item: move the pool" in m["text"])  # fmt: skip


def _document(live_bot: LiveBot) -> dict[str, Any]:
    with live_bot.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
        assert postmortem is not None
        return {
            "markdown": postmortem.markdown,
            "version": postmortem.version,
            **postmortem.document,
        }


def test_the_wont_do_form_requires_a_reason_and_stores_it(live_bot: LiveBot, channel: str) -> None:
    live_bot.press("mei", channel, "Won't do")
    assert live_bot.workspace.open_view("mei")["title"]["text"] == "Won't do"
    answer = live_bot.workspace.submit("mei", {"why": {"why": " because "}})
    assert answer["errors"]["why"].startswith("Say why it won't be done")
    assert _item(live_bot).is_open
    live_bot.workspace.submit("mei", {"why": {"why": f"because {WHY}"}})
    live_bot.settle()
    assert (_item(live_bot).state, _item(live_bot).dropped_because) == ("dropped", WHY)
    assert _item_message(live_bot, channel)["text"].endswith(
        f"Action item 1 for INC-2026-001. Won't do. Reason: {WHY}"
    )
    (event,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.DROPPED]
    assert (event.text, event.author) == (
        f"move the pool: {WHY}",
        live_bot.workspace.person("mei").id,
    )
    live_bot.command("ben", "timeline", channel)
    assert f"move the pool: {WHY}" in str(live_bot.workspace.open_view("ben"))


def test_a_cancelled_item_counts_as_neither_open_nor_done_and_sends_no_reminder(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "action write the runbook @mei 2026-03-13 P2", channel)
    assert "2 created, 2 open" in live_bot.command("ana", "digest")
    assert f"Reason: {WHY}" in live_bot.command("ben", f"drop 1 because {WHY}")
    live_bot.settle()
    assert "0 done, 1 created, 1 open" in live_bot.command("ana", "digest")
    assert "move the pool" not in live_bot.command("ben", "actions", "general")
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 20, 15, 0, tzinfo=UTC))
    live_bot.settle()
    assert live_bot.workspace.dm("ben") == []
    months = live_bot.command("ana", "figures 2026-03")
    assert "0 of 1" in months


def test_a_cancelled_item_shows_the_reason_in_its_history_and_can_be_reopened(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ben", f"drop 1: {WHY}")
    live_bot.settle()
    live_bot.press("ana", channel, "Show history")
    ben = live_bot.workspace.person("ben").id
    assert f"<@{ben}> gave a reason: {WHY}" in str(live_bot.workspace.open_view("ana"))
    assert f"<@{ben}> marked it as won't do" in str(live_bot.workspace.open_view("ana"))
    live_bot.press("ana", channel, "Reopen item")
    assert (_item(live_bot).state, _item(live_bot).dropped_because) == ("open", "")
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert "move the pool" in live_bot.workspace.dm("ben")[-1]["text"]


def test_the_postmortem_lists_cancelled_items_with_their_reasons(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    assert "| move the pool |" in _document(live_bot)["markdown"]
    before = _document(live_bot)["version"]
    live_bot.command("ben", f"drop 1 because {WHY}", channel)
    live_bot.settle()
    document = _document(live_bot)
    assert document["version"] == before + 1
    assert "| move the pool |" not in document["markdown"]
    assert f"Won't do:\n\n- move the pool: {WHY}\n" in document["markdown"]
    assert document["action_items"] == []
    (dropped,) = document["dropped_items"]
    assert (dropped["text"], dropped["because"]) == ("move the pool", WHY)
    assert f"move the pool: {WHY}" in live_bot.text_in(channel)  # in the item's thread
    live_bot.press("ana", channel, "Reopen item")
    assert "| move the pool |" in _document(live_bot)["markdown"]


def test_cancelling_an_item_changes_nothing_else_in_a_final_postmortem(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    for step in ("submit because so", "approve", "finalize"):
        live_bot.command("ben", f"postmortem {step}", channel)
        live_bot.settle()
    before = _document(live_bot)
    live_bot.command("ben", f"drop 1 because {WHY}", channel)
    live_bot.settle()
    assert _item(live_bot).state == "dropped"
    after = _document(live_bot)
    assert f"Won't do:\n\n- move the pool: {WHY}\n" in after["markdown"]
    unchanged = set(before) - {"markdown", "version", "completeness", "open_questions"}
    unchanged -= {"action_items", "dropped_items", "action_items_as_of"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


def test_cancelling_without_a_reason_asks_for_one(live_bot: LiveBot, channel: str) -> None:
    question = "Say why it won't be done"
    for command in ("drop 1", "drop 1 because", "drop #1 …"):
        assert live_bot.command("ben", command).startswith(question), command
    assert live_bot.command("ben", "drop it").startswith("Which action item? Add its number")
    live_bot.workspace.say("ben", channel, "won't do", thread=_item(live_bot).thread_ts)
    live_bot.settle()
    assert live_bot.workspace.ephemerals("ben")[-1]["text"].startswith(question)
    before = len(live_bot.workspace.ephemerals("ben"))
    live_bot.workspace.say("ben", channel, "no", thread=_item(live_bot).thread_ts)  # talk
    live_bot.settle()
    assert len(live_bot.workspace.ephemerals("ben")) == before
    assert _item(live_bot).is_open


@pytest.mark.usefixtures("channel")
def test_a_reason_over_1000_characters_is_rejected_and_quoted_in_full(live_bot: LiveBot) -> None:
    reason = "x" * 600 + " y" * 250
    reply = live_bot.command("ben", f"drop 1 because {reason}")
    assert reply.startswith("A reason can have at most 1000 characters, but this has 1100. Nothing")
    assert reason in reply
    assert _item(live_bot).is_open
    live_bot.command("ben", f"drop 1 because {reason[:1000]}")
    assert _item(live_bot).dropped_because == reason[:1000]


def test_a_cancelled_item_cannot_be_cancelled_or_finished_again(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ben", f"drop 1 because {WHY}")
    live_bot.settle()
    assert live_bot.command("ben", f"drop 1 because {WHY}").endswith(
        "marked as won't do, so nothing was changed."
    )
    assert live_bot.command("ben", "done 1").endswith("marked as won't do, so nothing was changed.")
    assert (
        len([event for event in live_bot.timeline(channel) if event.kind is EventKind.DROPPED]) == 1
    )


def test_a_secret_in_a_reason_is_redacted(live_bot: LiveBot, channel: str) -> None:
    secret = "xoxb-1234567890123-1234567890123-" + "a" * 24
    live_bot.command("ben", f"drop 1 because the token {secret} is gone")
    live_bot.settle()
    assert secret not in _item(live_bot).dropped_because
    assert "is gone" in _item(live_bot).dropped_because
    assert secret not in str(live_bot.messages(channel)) + str(live_bot.timeline(channel))


def test_a_dropped_suggestion_can_be_reopened_as_a_suggestion(
    live_bot: LiveBot, channel: str
) -> None:
    message_ts = live_bot.workspace.say("ana", channel, "we need an alert")
    live_bot.settle()
    live_bot.workspace.react("ana", channel, message_ts, "clipboard")
    live_bot.settle()
    live_bot.press("ana", channel, "Dismiss item")
    assert (_item(live_bot, 2).state, _item(live_bot, 2).dropped_because) == ("dropped", "")
    live_bot.press("ana", channel, "Reopen item")
    assert _item(live_bot, 2).state == "suggested"
