"""Replies in an action item's thread: a clear request, or just conversation."""

import pytest

from bot.action_items.reply_parsing import Intent, parse_reply, split_item_numbers, split_number
from bot.domain.action_item import Priority


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("done", Intent.DONE),
        ("Done!", Intent.DONE),
        ("it\u2019s done now thanks", Intent.DONE),
        ("it's done, thanks", Intent.DONE),
        ("It's done now", Intent.DONE),
        ("shipped yesterday", Intent.DONE),
        ("this is fixed", Intent.DONE),
        ("mine", Intent.MINE),
        ("I'll take it", Intent.MINE),
        ("not mine", Intent.NOT_MINE),
        ("Sorry, not me", Intent.NOT_MINE),
        ("I can't do this", Intent.NOT_MINE),
        ("yes", Intent.YES),
        ("drop it", Intent.DROP),
    ],
)
def test_a_clear_reply_has_an_intent(text: str, wish: Intent | None) -> None:
    answer = parse_reply(text)
    assert (answer.intent if answer else None) == wish


@pytest.mark.parametrize(
    "text",
    [
        "not done yet",
        "is it done?",
        "done with the first half",
        "almost done",
        "mine is slower",
        "",
        "no idea",
        "we had a P1 last week",
        "thanks <@U123ABC>, and <@U456DEF>",
        "ask <@U123ABC> how it went",
    ],
)
def test_conversation_has_no_intent(text: str) -> None:
    assert parse_reply(text) is None


def test_a_reply_may_set_the_priority_or_the_owner() -> None:
    assert parse_reply("p1") == parse_reply("make it P1")
    assert getattr(parse_reply("P2"), "priority", None) is Priority.P2
    assert getattr(parse_reply("this is for <@U123ABC>"), "owner", None) == "U123ABC"
    assert getattr(parse_reply("<@U123ABC> can do this"), "owner", None) == "U123ABC"


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("12", 12, ""),
        (" #7: because nobody needs it", 7, "because nobody needs it"),
        ("item 3, please", 3, "please"),
        ("no. 3 done", 3, "done"),
        ("2026-03-13", None, "2026-03-13"),
        ("12th of May", None, "12th of May"),
        ("1234567890", None, "1234567890"),
        ("", None, ""),
    ],
)
def test_a_leading_number_selects_an_item(text: str, number: int | None, rest: str) -> None:
    assert split_number(text) == (number, rest)


@pytest.mark.parametrize(
    ("text", "splits"),
    [
        ("2 friday", [(2, "friday")]),
        ("friday 2", [(2, "friday")]),
        ("not mine, item #2.", [(2, "not mine")]),
        ("won't do 2 because 3 is the same", [(2, "won't do because 3 is the same")]),
        ("5 days 3", [(3, "5 days"), (5, "days 3")]),
        ("done 2026-03-13", []),
        ("done", []),
        ("", []),
    ],
)
def test_an_item_number_comes_first_last_or_before_the_reason(
    text: str, splits: list[tuple[int, str]]
) -> None:
    assert list(split_item_numbers(text)) == splits
