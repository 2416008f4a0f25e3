"""Cancelling an accepted action item with a reason, and reopening it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.timeline import EventKind
from storage import action_items, postmortems
from tests.support.harness import Town

WHY = "the host is gone next month"


@pytest.fixture
def channel(town: Town) -> str:
    channel_id = town.declare()
    town.ws.join("ben", channel_id)
    town.incident("ana", "action move the pool @ben 2026-03-13 P2", channel_id)
    town.settle()
    return channel_id


def _item(town: Town, number: int = 1) -> Any:
    with town.store.begin() as session:
        return action_items.by_id(session, number)


def _item_message(town: Town, channel: str) -> dict[str, Any]:
    return next(m for m in reversed(town.said(channel)) if "ction item: move the pool" in m["text"])  # fmt: skip


def _document(town: Town) -> dict[str, Any]:
    with town.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
        assert postmortem is not None
        return {
            "markdown": postmortem.markdown,
            "version": postmortem.version,
            **postmortem.document,
        }


def test_the_wont_do_form_requires_a_reason_and_stores_it(town: Town, channel: str) -> None:
    town.press("mei", channel, "Won't do")
    assert town.ws.open_view("mei")["title"]["text"] == "Won't do"
    answer = town.ws.submit("mei", {"why": {"why": " because "}})
    assert answer["errors"]["why"].startswith("Say why it will not be done")
    assert _item(town).is_open
    town.ws.submit("mei", {"why": {"why": f"because {WHY}"}})
    town.settle()
    assert (_item(town).state, _item(town).dropped_because) == ("dropped", WHY)
    assert _item_message(town, channel)["text"].endswith(
        f"Action item 1 of INC-2026-001. Dropped: {WHY}"
    )
    (event,) = [event for event in town.recorded(channel) if event.kind is EventKind.DROPPED]
    assert (event.text, event.author) == (f"move the pool: {WHY}", town.ws.person("mei").id)
    town.incident("ben", "timeline", channel)
    assert f"move the pool: {WHY}" in str(town.ws.open_view("ben"))


def test_a_cancelled_item_counts_as_neither_open_nor_done_and_sends_no_reminder(
    town: Town, channel: str
) -> None:
    town.incident("ana", "action write the runbook @mei 2026-03-13 P2", channel)
    assert "2 opened, 2 open" in town.incident("ana", "digest")
    assert f"The reason is kept: {WHY}" in town.incident("ben", f"drop 1 because {WHY}")
    town.settle()
    assert "0 done, 1 opened, 1 open" in town.incident("ana", "digest")
    assert "move the pool" not in town.incident("ben", "actions", "general")
    town.sandbox.clock.move_to(datetime(2026, 3, 20, 15, 0, tzinfo=UTC))
    town.settle()
    assert town.ws.dm("ben") == []
    months = town.incident("ana", "figures 2026-03")
    assert "0 of 1" in months


def test_a_cancelled_item_shows_the_reason_in_its_history_and_can_be_reopened(
    town: Town, channel: str
) -> None:
    town.incident("ben", f"drop 1: {WHY}")
    town.settle()
    town.press("ana", channel, "History")
    ben = town.ws.person("ben").id
    assert f"<@{ben}>: because {WHY}" in str(town.ws.open_view("ana"))
    assert f"<@{ben}>: state dropped" in str(town.ws.open_view("ana"))
    town.press("ana", channel, "Reopen")
    assert (_item(town).state, _item(town).dropped_because) == ("open", "")
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    assert "move the pool" in town.ws.dm("ben")[-1]["text"]


def test_the_postmortem_lists_cancelled_items_with_their_reasons(town: Town, channel: str) -> None:
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert "| move the pool |" in _document(town)["markdown"]
    before = _document(town)["version"]
    town.incident("ben", f"drop 1 because {WHY}", channel)
    town.settle()
    document = _document(town)
    assert document["version"] == before + 1
    assert "| move the pool |" not in document["markdown"]
    assert f"Decided against:\n\n- move the pool: {WHY}\n" in document["markdown"]
    assert document["action_items"] == []
    (dropped,) = document["dropped_items"]
    assert (dropped["text"], dropped["because"]) == ("move the pool", WHY)
    assert f"move the pool: {WHY}" in town.texts(channel)  # in the item's thread
    town.press("ana", channel, "Reopen")
    assert "| move the pool |" in _document(town)["markdown"]


def test_cancelling_an_item_changes_nothing_else_in_a_final_postmortem(
    town: Town, channel: str
) -> None:
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    for step in ("submit because so", "approve", "final"):
        town.incident("ben", f"postmortem {step}", channel)
        town.settle()
    before = _document(town)
    town.incident("ben", f"drop 1 because {WHY}", channel)
    town.settle()
    assert _item(town).state == "dropped"
    after = _document(town)
    assert f"Decided against:\n\n- move the pool: {WHY}\n" in after["markdown"]
    unchanged = set(before) - {"markdown", "version", "completeness", "open_questions"}
    unchanged -= {"action_items", "dropped_items", "action_items_as_of"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


def test_cancelling_without_a_reason_asks_for_one(town: Town, channel: str) -> None:
    question = "Say why it will not be done"
    for command in ("drop 1", "drop 1 because", "drop #1 …"):
        assert town.incident("ben", command).startswith(question), command
    assert town.incident("ben", "drop it").startswith("Say which action item by its number")
    town.ws.say("ben", channel, "won't do", thread=_item(town).thread_ts)
    town.settle()
    assert town.ws.ephemerals("ben")[-1]["text"].startswith(question)
    before = len(town.ws.ephemerals("ben"))
    town.ws.say("ben", channel, "no", thread=_item(town).thread_ts)  # talk
    town.settle()
    assert len(town.ws.ephemerals("ben")) == before
    assert _item(town).is_open


@pytest.mark.usefixtures("channel")
def test_a_reason_over_1000_characters_is_rejected_and_quoted_in_full(town: Town) -> None:
    reason = "x" * 600 + " y" * 250
    reply = town.incident("ben", f"drop 1 because {reason}")
    assert reply.startswith("A reason takes 1000 characters at most, and this has 1100, so nothing")
    assert reason in reply
    assert _item(town).is_open
    town.incident("ben", f"drop 1 because {reason[:1000]}")
    assert _item(town).dropped_because == reason[:1000]


def test_a_cancelled_item_cannot_be_cancelled_or_finished_again(town: Town, channel: str) -> None:
    town.incident("ben", f"drop 1 because {WHY}")
    town.settle()
    assert town.incident("ben", f"drop 1 because {WHY}").endswith("it is dropped.")
    assert town.incident("ben", "done 1").endswith("it is dropped.")
    assert len([event for event in town.recorded(channel) if event.kind is EventKind.DROPPED]) == 1


def test_a_secret_in_a_reason_is_redacted(town: Town, channel: str) -> None:
    secret = "xoxb-1234567890123-1234567890123-" + "a" * 24
    town.incident("ben", f"drop 1 because the token {secret} is gone")
    town.settle()
    assert secret not in _item(town).dropped_because
    assert "is gone" in _item(town).dropped_because
    assert secret not in str(town.said(channel)) + str(town.recorded(channel))


def test_a_dropped_suggestion_can_be_reopened_as_a_suggestion(town: Town, channel: str) -> None:
    message_ts = town.ws.say("ana", channel, "we need an alert")
    town.settle()
    town.ws.react("ana", channel, message_ts, "clipboard")
    town.settle()
    town.press("ana", channel, "Drop")
    assert (_item(town, 2).state, _item(town, 2).dropped_because) == ("dropped", "")
    town.press("ana", channel, "Reopen")
    assert _item(town, 2).state == "suggested"
