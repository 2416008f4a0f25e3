"""Replies in an action item's thread do what its buttons do, and missing fields are asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import action_items
from tests.support.harness import AFTER_LAST_RETRY, LiveBot


def _item(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return next(m for m in live_bot.messages(channel) if "ction item:" in m["text"])


def _reply(live_bot: LiveBot, person: str, channel: str, text: str) -> str:
    """Reply in the item's thread and return the text of the item's message afterwards."""
    live_bot.workspace.join(person, channel)
    live_bot.workspace.say(person, channel, text, thread=_item(live_bot, channel)["ts"])
    live_bot.settle()
    return str(_item(live_bot, channel)["text"])


def _thread_ephemerals(live_bot: LiveBot, person: str) -> list[str]:
    """Return a person's ephemeral replies in threads."""
    return [m["text"] for m in live_bot.workspace.ephemerals(person) if m.get("thread_ts")]


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel_id)
    live_bot.settle()
    return channel_id


def test_done_in_the_thread_marks_the_item_done(live_bot: LiveBot, channel: str) -> None:
    assert "Done by" in _reply(live_bot, "ben", channel, "Done!")
    assert _thread_ephemerals(live_bot, "ben") == ["Marked as done: add an alert. Thank you!"]


def test_a_date_in_the_thread_sets_the_due_date(live_bot: LiveBot, channel: str) -> None:
    assert "Due: Fri 20 Mar 2026" in _reply(live_bot, "ben", channel, "next friday")
    assert "Due date changed to Fri 20 Mar 2026" in _thread_ephemerals(live_bot, "ben")[-1]


def test_a_past_date_in_the_thread_is_rejected(live_bot: LiveBot, channel: str) -> None:
    assert "Due: Fri 13 Mar 2026" in _reply(live_bot, "ben", channel, "2026-03-02")
    assert "is in the past" in _thread_ephemerals(live_bot, "ben")[-1]


def test_a_priority_or_a_mention_in_the_thread_updates_the_item(
    live_bot: LiveBot, channel: str
) -> None:
    assert "Priority: P0" in _reply(live_bot, "ana", channel, "make it P0")
    mei = live_bot.workspace.person("mei").id
    assert f"Owner: <@{mei}>" in _reply(live_bot, "ana", channel, f"<@{mei}> can do this")


def test_not_mine_unassigns_the_item_and_asks_for_an_owner(live_bot: LiveBot, channel: str) -> None:
    assert "Owner: none yet" in _reply(live_bot, "ben", channel, "not mine")
    question = live_bot.workspace.replies(channel, _item(live_bot, channel)["ts"])[-1]["text"]
    assert question.startswith("Still missing: an owner.")
    assert f"<@{live_bot.workspace.person('ana').id}>, who should own it?" in question
    live_bot.press("mei", channel, "Assign to me")
    assert f"Owner: <@{live_bot.workspace.person('mei').id}>" in str(
        _item(live_bot, channel)["text"]
    )


def test_not_mine_from_somebody_other_than_the_owner_changes_nothing(
    live_bot: LiveBot, channel: str
) -> None:
    assert f"Owner: <@{live_bot.workspace.person('ben').id}>" in _reply(
        live_bot, "mei", channel, "not mine"
    )
    assert _thread_ephemerals(live_bot, "mei") == []


def test_other_messages_in_the_thread_change_nothing_and_get_no_reply(
    live_bot: LiveBot, channel: str
) -> None:
    before = _item(live_bot, channel)["text"]
    assert _reply(live_bot, "ben", channel, "not done yet, the vendor answers on friday") == before
    # Parent, hint, Ben's message.
    assert len(live_bot.workspace.replies(channel, _item(live_bot, channel)["ts"])) == 3
    assert _thread_ephemerals(live_bot, "ben") == []


def test_done_outside_the_thread_is_ignored(live_bot: LiveBot, channel: str) -> None:
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "done")
    live_bot.settle()
    assert "Done by" not in str(_item(live_bot, channel)["text"])


def test_yes_in_the_thread_accepts_a_suggestion_and_a_later_no_is_ignored(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "I'll add an alert on queue depth by friday")
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    assert _reply(live_bot, "ben", channel, "yes").startswith("Action item:")
    assert _reply(live_bot, "ben", channel, "no").startswith("Action item:")  # accepted already


def test_a_reply_missed_while_the_bot_was_down_counts_once_it_is_fetched(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.service.stop()
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "done", thread=_item(live_bot, channel)["ts"])
    live_bot.restart(AFTER_LAST_RETRY * 3)
    live_bot.settle()
    assert "Done by" in str(_item(live_bot, channel)["text"])


def test_an_item_created_from_a_message_links_back_to_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    thread_ts = live_bot.workspace.say("ben", channel, "the queue filled up unseen")
    message_ts = live_bot.workspace.say(
        "ben", channel, "we need an alert on queue depth", thread=thread_ts
    )
    live_bot.workspace.message_shortcut("mei", "create_item", channel, message_ts)
    view = live_bot.workspace.open_view("mei")
    assert view["blocks"][0]["element"]["initial_value"] == "we need an alert on queue depth"
    live_bot.workspace.submit(
        "mei",
        {
            "what": {"what": "add an alert on queue depth"},
            "owner": {"owner": live_bot.workspace.person("ben").id},
            "due": {"due": "2026-03-20"},
            "priority": {"priority": "P1"},
        },
    )
    live_bot.settle()
    text = str(_item(live_bot, channel)["text"])
    assert "add an alert on queue depth" in text
    assert "Due: Fri 20 Mar 2026. Priority: P1" in text
    reply = live_bot.workspace.replies(channel, _item(live_bot, channel)["ts"])[1]["text"]
    assert message_ts.replace(".", "") in reply  # the link to the message


def test_creating_an_item_from_a_message_outside_an_incident_is_rejected(live_bot: LiveBot) -> None:
    message_ts = live_bot.workspace.say("ben", "general", "we need an alert")
    live_bot.workspace.message_shortcut("mei", "create_item", "general", message_ts)
    assert live_bot.workspace.open_view("mei") is None
    assert "There's no incident in this channel" in live_bot.workspace.ephemerals("mei")[-1]["text"]


def test_the_set_priority_button_disappears_once_a_priority_is_set(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13", channel)
    live_bot.settle()
    live_bot.press("ana", channel, "Set priority")
    live_bot.workspace.submit("ana", {"priority": {"priority": "P3"}})
    live_bot.settle()
    assert "Priority: P3" in str(_item(live_bot, channel)["text"])
    labels = [
        button["text"]["text"] for button in _item(live_bot, channel)["blocks"][-1]["elements"]
    ]
    assert "Set priority" not in labels


def test_the_owner_of_an_item_without_a_due_date_is_asked_for_one_weekly(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben", channel)
    live_bot.settle()
    for day, dms in ((11, 1), (12, 1), (18, 2)):
        live_bot.sandbox.clock.move_to(datetime(2026, 3, day, 14, 1, tzinfo=UTC))
        live_bot.settle()
        assert len(live_bot.workspace.dm("ben")) == dms
    assert "no due date yet, no priority yet" in live_bot.workspace.dm("ben")[0]["text"]


def _first_reply(live_bot: LiveBot, channel: str, text: str) -> str:
    """Return the bot's first message in the thread of an item."""
    parent = next(
        m for m in live_bot.messages(channel) if "ction item:" in m["text"] and text in m["text"]
    )
    return str(live_bot.workspace.replies(channel, parent["ts"])[1]["text"])


def test_a_vague_item_is_asked_how_you_will_know_it_is_done(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "action improve monitoring @ben friday P2", channel)
    live_bot.settle()
    reply = _first_reply(live_bot, channel, "improve monitoring")
    assert "How will you know it's done?" in reply
    assert "for example: “" in reply
    assert "How will you know" not in _first_reply(live_bot, channel, "add an alert")


def test_an_item_similar_to_an_open_one_is_kept_and_linked_to_it(live_bot: LiveBot) -> None:
    channel, other = live_bot.declare(), live_bot.declare("P2 search is slow")
    similar_text = "adding alerts on <queue> depth"
    live_bot.command("mei", f"action {similar_text} @mei friday P2", channel)
    live_bot.settle()
    live_bot.command("ana", "action add an alert for the queue depth @ben friday P2", other)
    live_bot.settle()
    reply = _first_reply(live_bot, other, "for the queue depth")
    ts = next(m["ts"] for m in live_bot.messages(channel) if "adding alerts" in m["text"])
    assert "There's a similar open item in INC-2026-001" in reply
    assert f"p{ts.replace('.', '')}" in reply
    assert "<queue>" not in reply
    assert "It looks like" not in _first_reply(live_bot, channel, "adding alerts")
    with live_bot.store.begin() as session:
        assert [item.is_open for item in action_items.of_incident(session, 2)] == [True]


def test_a_similar_item_of_a_private_incident_is_not_mentioned_elsewhere(
    live_bot: LiveBot, channel: str
) -> None:
    private = live_bot.declare("P1 keys leaked", private=True)
    live_bot.command("ana", "action rotate all database keys @ana friday P1", private)
    live_bot.command("ana", "action rotate the database keys @ben friday P1", channel)
    live_bot.settle()
    assert "It looks like" not in _first_reply(live_bot, channel, "rotate the database keys")


def test_a_priority_without_a_due_date_sets_the_configured_one_and_says_so(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    reply = live_bot.command("ana", "action add an alert @ben P1", channel)
    assert "Due: Tue 24 Mar 2026 (default for P1)" in reply
    live_bot.settle()
    hint = "Due Tue 24 Mar 2026, the default for P1."
    assert hint in _first_reply(live_bot, channel, "add an alert")
    assert "Due: Fri 20 Mar 2026" in _reply(live_bot, "ben", channel, "2026-03-20")


def test_a_priority_in_the_thread_sets_the_default_due_date_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben", channel)
    live_bot.settle()
    assert "Due: not set" in _reply(live_bot, "ben", channel, "P3")
    assert "Due: Mon 11 May 2026" in _reply(
        live_bot, "ben", channel, "P2"
    )  # 60 days on is a Saturday
    assert "Due: Mon 11 May 2026" in _reply(live_bot, "ben", channel, "P0")
    replies = [
        m["text"] for m in live_bot.workspace.replies(channel, _item(live_bot, channel)["ts"])
    ]
    assert sum("the default for" in text for text in replies) == 1


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<!subteam^S012ABC|@sre>", "Who in the group will do it?"),
        ("assign to <#C012ABC|payments> please", "Who in the group will do it?"),
        ("<@U012ABC> and <@U034DEF>", "Who should own it?"),
    ],
)
def test_assigning_a_group_or_several_people_asks_for_one_person(
    live_bot: LiveBot, channel: str, text: str, question: str
) -> None:
    before = _item(live_bot, channel)["text"]
    assert _reply(live_bot, "ben", channel, text) == before
    assert question in _thread_ephemerals(live_bot, "ben")[-1]


def test_assigning_a_new_item_to_a_channel_asks_for_one_person(
    live_bot: LiveBot, channel: str
) -> None:
    reply = live_bot.command("ana", "action add an alert #general friday", channel)
    assert "Who in the group will do it?" in reply
