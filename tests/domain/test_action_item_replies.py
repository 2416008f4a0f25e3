"""Answers in an item's thread: understood as a whole, or taken for talk."""

import pytest

from bot.domain.action_item import Priority
from bot.domain.action_item_replies import Wish, by_number, read


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("done", Wish.DONE),
        ("Done!", Wish.DONE),
        ("it\u2019s done now thanks", Wish.DONE),
        ("it's done, thanks", Wish.DONE),
        ("It's done now", Wish.DONE),
        ("shipped yesterday", Wish.DONE),
        ("this is fixed", Wish.DONE),
        ("mine", Wish.MINE),
        ("I'll take it", Wish.MINE),
        ("not mine", Wish.NOT_MINE),
        ("Sorry, not me", Wish.NOT_MINE),
        ("I can't do this", Wish.NOT_MINE),
        ("yes", Wish.YES),
        ("drop it", Wish.DROP),
    ],
)
def test_what_is_said_in_so_many_words(said: str, wish: Wish | None) -> None:
    answer = read(said)
    assert (answer.wish if answer else None) == wish


@pytest.mark.parametrize(
    "said",
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
def test_talk_is_talk(said: str) -> None:
    assert read(said) is None


def test_a_priority_and_a_person() -> None:
    assert read("p1") == read("make it P1")
    assert getattr(read("P2"), "priority", None) is Priority.P2
    assert getattr(read("this is for <@U123ABC>"), "owner", None) == "U123ABC"
    assert getattr(read("<@U123ABC> can do this"), "owner", None) == "U123ABC"


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
def test_a_number_names_an_item(text: str, number: int | None, rest: str) -> None:
    assert by_number(text) == (number, rest)
