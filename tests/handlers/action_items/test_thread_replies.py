"""An action item's thread: answers do what the buttons do; what is missing is asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import action_items
from tests.support.harness import LAST_RETRY, Town


def _item(town: Town, channel: str) -> dict[str, Any]:
    return next(m for m in town.said(channel) if "ction item:" in m["text"])


def _answer(town: Town, person: str, channel: str, text: str) -> str:
    """Answer in the item's thread; the item's message afterwards."""
    town.ws.join(person, channel)
    town.ws.say(person, channel, text, thread=_item(town, channel)["ts"])
    town.settle()
    return str(_item(town, channel)["text"])


def _answers(town: Town, person: str) -> list[str]:
    """What a person alone was told in a thread."""
    return [m["text"] for m in town.ws.ephemerals(person) if m.get("thread_ts")]


@pytest.fixture
def channel(town: Town) -> str:
    made = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", made)
    town.settle()
    return made


def test_done_in_the_thread_is_done(town: Town, channel: str) -> None:
    assert "Done by" in _answer(town, "ben", channel, "Done!")
    assert _answers(town, "ben") == ["Done: add an alert. Thank you."]


def test_a_day_in_the_thread_is_the_due_date(town: Town, channel: str) -> None:
    assert "Due: Fri 20 Mar 2026" in _answer(town, "ben", channel, "next friday")
    assert "due Fri 20 Mar 2026 now" in _answers(town, "ben")[-1]


def test_a_day_that_is_past_is_refused_and_nothing_changes(town: Town, channel: str) -> None:
    assert "Due: Fri 13 Mar 2026" in _answer(town, "ben", channel, "2026-03-02")
    assert "is in the past" in _answers(town, "ben")[-1]


def test_a_priority_and_a_person_in_the_thread(town: Town, channel: str) -> None:
    assert "Priority: P0" in _answer(town, "ana", channel, "make it P0")
    mei = town.ws.person("mei").id
    assert f"Owner: <@{mei}>" in _answer(town, "ana", channel, f"<@{mei}> can do this")


def test_not_mine_leaves_it_without_an_owner_and_asks_who(town: Town, channel: str) -> None:
    assert "Owner: nobody yet" in _answer(town, "ben", channel, "not mine")
    asked = town.ws.replies(channel, _item(town, channel)["ts"])[-1]["text"]
    assert asked.startswith("Still missing: an owner.")
    assert f"<@{town.ws.person('ana').id}>, who does it?" in asked
    town.press("mei", channel, "I will do it")
    assert f"Owner: <@{town.ws.person('mei').id}>" in str(_item(town, channel)["text"])


def test_not_mine_of_somebody_else_changes_nothing(town: Town, channel: str) -> None:
    assert f"Owner: <@{town.ws.person('ben').id}>" in _answer(town, "mei", channel, "not mine")
    assert _answers(town, "mei") == []


def test_talk_in_the_thread_changes_nothing_and_is_not_answered(town: Town, channel: str) -> None:
    before = _item(town, channel)["text"]
    assert _answer(town, "ben", channel, "not done yet, the vendor answers on friday") == before
    assert len(town.ws.replies(channel, _item(town, channel)["ts"])) == 3  # head, hint, the talk
    assert _answers(town, "ben") == []


def test_done_outside_of_the_thread_is_talk(town: Town, channel: str) -> None:
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "done")
    town.settle()
    assert "Done by" not in str(_item(town, channel)["text"])


def test_a_suggestion_is_taken_and_dropped_in_its_thread(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I'll add an alert on queue depth by friday")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert _answer(town, "ben", channel, "yes").startswith("Action item:")
    assert _answer(town, "ben", channel, "no").startswith("Action item:")  # accepted already


def test_an_answer_that_was_missed_counts_when_it_is_fetched(town: Town, channel: str) -> None:
    town.service.stop()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "done", thread=_item(town, channel)["ts"])
    town.restart(LAST_RETRY * 3)
    town.settle()
    assert "Done by" in str(_item(town, channel)["text"])


def test_an_item_is_made_of_a_message_and_points_back_to_it(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    first = town.ws.say("ben", channel, "the queue filled up unseen")
    said = town.ws.say("ben", channel, "we need an alert on queue depth", thread=first)
    town.ws.message_shortcut("mei", "create_item", channel, said)
    view = town.ws.open_view("mei")
    assert view["blocks"][0]["element"]["initial_value"] == "we need an alert on queue depth"
    town.ws.submit(
        "mei",
        {
            "what": {"what": "add an alert on queue depth"},
            "owner": {"owner": town.ws.person("ben").id},
            "due": {"due": "2026-03-20"},
            "priority": {"priority": "P1"},
        },
    )
    town.settle()
    text = str(_item(town, channel)["text"])
    assert "add an alert on queue depth" in text
    assert "Due: Fri 20 Mar 2026. Priority: P1" in text
    reply = town.ws.replies(channel, _item(town, channel)["ts"])[1]["text"]
    assert said.replace(".", "") in reply  # the link to the message


def test_elsewhere_a_message_makes_no_item_and_that_is_said(town: Town) -> None:
    said = town.ws.say("ben", "general", "we need an alert")
    town.ws.message_shortcut("mei", "create_item", "general", said)
    assert town.ws.open_view("mei") is None
    assert "There is no incident in this channel" in town.ws.ephemerals("mei")[-1]["text"]


def test_the_priority_is_set_with_a_form_while_there_is_none(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13", channel)
    town.settle()
    town.press("ana", channel, "Set priority")
    town.ws.submit("ana", {"priority": {"priority": "P3"}})
    town.settle()
    assert "Priority: P3" in str(_item(town, channel)["text"])
    labels = [each["text"]["text"] for each in _item(town, channel)["blocks"][-1]["elements"]]
    assert "Set priority" not in labels


def test_an_item_without_a_date_asks_its_owner_for_one_until_it_has_one(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben", channel)
    town.settle()
    for day, asked in ((11, 1), (12, 1), (18, 2)):
        town.sandbox.clock.move_to(datetime(2026, 3, day, 14, 1, tzinfo=UTC))
        town.settle()
        assert len(town.ws.dm("ben")) == asked
    assert "no due date yet, no priority yet" in town.ws.dm("ben")[0]["text"]


def _first_reply(town: Town, channel: str, text: str) -> str:
    """What the bot says first in the thread of an item."""
    head = next(m for m in town.said(channel) if "ction item:" in m["text"] and text in m["text"])
    return str(town.ws.replies(channel, head["ts"])[1]["text"])


def test_a_vague_item_is_questioned_with_an_example(town: Town, channel: str) -> None:
    town.incident("ana", "action improve monitoring @ben friday P2", channel)
    town.settle()
    reply = _first_reply(town, channel, "improve monitoring")
    assert "How will one see that it is done?" in reply
    assert "for example: “" in reply
    assert "How will one see" not in _first_reply(town, channel, "add an alert")


def test_an_item_like_another_is_said_with_its_link_and_kept(town: Town) -> None:
    channel, other = town.declare(), town.declare("P2 search is slow")
    adding = "adding alerts on <queue> depth"
    town.incident("mei", f"action {adding} @mei friday P2", channel)
    town.settle()
    town.incident("ana", "action add an alert for the queue depth @ben friday P2", other)
    town.settle()
    reply = _first_reply(town, other, "for the queue depth")
    ts = next(m["ts"] for m in town.said(channel) if "adding alerts" in m["text"])
    assert "It looks like an open item of INC-2026-001" in reply
    assert f"p{ts.replace('.', '')}" in reply
    assert "<queue>" not in reply
    assert "It looks like" not in _first_reply(town, channel, "adding alerts")
    with town.store.begin() as session:
        assert [each.is_open for each in action_items.of_incident(session, 2)] == [True]


def test_an_item_of_a_private_incident_is_named_nowhere_else(town: Town, channel: str) -> None:
    town.incident("ana", "private P1 keys leaked")
    town.settle()
    private = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.incident("ana", "action rotate all database keys @ana friday P1", private)
    town.incident("ana", "action rotate the database keys @ben friday P1", channel)
    town.settle()
    assert "It looks like" not in _first_reply(town, channel, "rotate the database keys")


def test_a_priority_without_a_date_sets_the_policy_s_and_says_how_to_change_it(
    town: Town,
) -> None:
    channel = town.declare()
    told = town.incident("ana", "action add an alert @ben P1", channel)
    assert "due Tue 24 Mar 2026 (by its priority" in told
    town.settle()
    said = "Due Tue 24 Mar 2026: nobody set a date, and your policy has one for a P1."
    assert said in _first_reply(town, channel, "add an alert")
    assert "Due: Fri 20 Mar 2026" in _answer(town, "ben", channel, "2026-03-20")


def test_a_priority_in_the_thread_sets_a_date_once(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben", channel)
    town.settle()
    assert "Due: not set" in _answer(town, "ben", channel, "P3")
    assert "Due: Mon 11 May 2026" in _answer(town, "ben", channel, "P2")  # 60 days on is a Saturday
    assert "Due: Mon 11 May 2026" in _answer(town, "ben", channel, "P0")
    replies = [m["text"] for m in town.ws.replies(channel, _item(town, channel)["ts"])]
    assert sum("nobody set a date" in text for text in replies) == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("<!subteam^S012ABC|@sre>", "Who in it will do this?"),
        ("assign to <#C012ABC|payments> please", "Who in it will do this?"),
        ("<@U012ABC> and <@U034DEF>", "Who of them"),
    ],
)
def test_a_group_or_several_people_are_asked_who_in_it(
    town: Town, channel: str, said: str, refused: str
) -> None:
    before = _item(town, channel)["text"]
    assert _answer(town, "ben", channel, said) == before
    assert refused in _answers(town, "ben")[-1]


def test_an_item_for_a_channel_is_refused_with_the_question_who(town: Town, channel: str) -> None:
    told = town.incident("ana", "action add an alert #general friday", channel)
    assert "Who in it will do this?" in told
