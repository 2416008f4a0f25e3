"""Verbatim quotes of an erased message in what other people wrote."""

import pytest

from bot.timeline.quotes import build_quotes, is_part_of

SAID = "root cause: the pool was empty. We never saw it coming!\nthe vault key is in the wiki"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It was so: The pool  was\nempty", "It was so: The pool  was\nempty"),
        ("Ben: Root cause: the pool  was\nempty.", "Ben: [deleted]."),
        ("> we never saw it coming!", "> [deleted]!"),
        ("THE VAULT KEY IS IN THE WIKI, says Ben", "[deleted], says Ben"),
        ("the pool is full", "the pool is full"),
        (SAID, "[deleted]"),
    ],
)
def test_what_repeats_a_sentence_word_for_word_is_taken_out(text: str, left: str) -> None:
    assert build_quotes([SAID], "[deleted]").replace_in(text) == left


@pytest.mark.parametrize(
    "short", ["ok", "checkout-api", "it is so", "restarting now", "hunter2", ""]
)
def test_what_anybody_may_write_by_chance_is_no_quote(short: str) -> None:
    found = build_quotes([short], "[deleted]")
    assert found.replace_in(f"Then {short}, and more of it") == f"Then {short}, and more of it"


def test_quotes_are_taken_out_of_a_json_value() -> None:
    value = {"a": ["the vault key is in the wiki", 3], "b": {"c": None}}
    found = build_quotes([SAID], "[deleted]").replace_in_json(value)
    assert found == {"a": ["[deleted]", 3], "b": {"c": None}}


def test_a_text_that_was_all_quote_has_nothing_left() -> None:
    found = build_quotes([SAID], "[deleted]")
    assert found.is_only_quotes(" [deleted]. [deleted]\n")
    assert not found.is_only_quotes("[deleted], said Ben")


def test_a_command_is_part_of_the_message_that_gave_it() -> None:
    assert is_part_of("The vault  is open", "@debrief note the vault is open")
    assert not is_part_of("", "anything")


def test_forty_thousand_characters_are_compared_as_quickly_as_they_are_long() -> None:
    long = "it was the pool again " * 1_800
    assert build_quotes([long], "[deleted]").replace_in(f"so {long.strip()}") == "so [deleted]"
