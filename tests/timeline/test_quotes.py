"""Verbatim quotes of an erased message in other people's text."""

import pytest

from bot.timeline.quotes import build_quotes, is_part_of

ERASED = "root cause: the pool was empty. We never saw it coming!\nthe vault key is in the wiki"


@pytest.mark.parametrize(
    ("text", "remaining"),
    [
        ("It was so: The pool  was\nempty", "It was so: The pool  was\nempty"),
        ("Ben: Root cause: the pool  was\nempty.", "Ben: [deleted]."),
        ("> we never saw it coming!", "> [deleted]!"),
        ("THE VAULT KEY IS IN THE WIKI, says Ben", "[deleted], says Ben"),
        ("the pool is full", "the pool is full"),
        (ERASED, "[deleted]"),
    ],
)
def test_verbatim_quotes_of_a_sentence_are_removed(text: str, remaining: str) -> None:
    assert build_quotes([ERASED], "[deleted]").replace_in(text) == remaining


@pytest.mark.parametrize(
    "short", ["ok", "checkout-api", "it is so", "restarting now", "hunter2", ""]
)
def test_common_words_and_short_texts_are_not_quotes(short: str) -> None:
    found = build_quotes([short], "[deleted]")
    assert found.replace_in(f"Then {short}, and more of it") == f"Then {short}, and more of it"


def test_quotes_are_removed_from_a_json_value() -> None:
    value = {"a": ["the vault key is in the wiki", 3], "b": {"c": None}}
    found = build_quotes([ERASED], "[deleted]").replace_in_json(value)
    assert found == {"a": ["[deleted]", 3], "b": {"c": None}}


def test_a_text_that_was_only_a_quote_has_nothing_left() -> None:
    found = build_quotes([ERASED], "[deleted]")
    assert found.is_only_quotes(" [deleted]. [deleted]\n")
    assert not found.is_only_quotes("[deleted], said Ben")


def test_a_command_is_part_of_the_message_that_contained_it() -> None:
    assert is_part_of("The vault  is open", "@debrief note the vault is open")
    assert not is_part_of("", "anything")


def test_forty_thousand_characters_are_compared_quickly() -> None:
    long = "it was the pool again " * 1_800
    assert build_quotes([long], "[deleted]").replace_in(f"so {long.strip()}") == "so [deleted]"
