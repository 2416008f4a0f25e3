from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import SUBCOMMANDS, Subcommand, find_subcommand, parse


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("declare P1 checkout fails", "declare", "P1 checkout fails"),
        ("  declare   P1  checkout ", "declare", "P1  checkout"),
        ("DECLARE Checkout Fails", "declare", "Checkout Fails"),
        ("resolve", "resolve", ""),
        ("resolve\ncache restarted\ntwice", "resolve", "cache restarted\ntwice"),
        ("note\t14:32 rolled back", "note", "14:32 rolled back"),
        ("note\N{NO-BREAK SPACE}rolled back", "note", "rolled back"),
        ("actions", "actions", ""),
        ("action restart it", "action", "restart it"),
    ],
)
def test_a_word_and_what_follows_it(typed: str, name: str, rest: str) -> None:
    assert parse(typed) == (find_subcommand(name), rest)


@pytest.mark.parametrize("typed", ["", "  ", "explode", "declared x", "-declare", "/incident list"])
def test_what_is_no_word_is_none(typed: str) -> None:
    assert parse(typed)[0] is None


def test_no_name_is_given_twice() -> None:
    assert len({each.name for each in SUBCOMMANDS}) == len(SUBCOMMANDS)


@pytest.mark.parametrize("each", SUBCOMMANDS, ids=lambda each: each.name)
def test_the_usage_of_a_word_is_that_word(each: Subcommand) -> None:
    assert parse(each.usage)[0] is each


def test_words_of_one_group_stand_together() -> None:
    groups = [each.group for each in SUBCOMMANDS]
    changes = sum(one != other for one, other in pairwise(groups))
    assert changes == len(set(groups)) - 1


@given(st.text())
def test_nothing_typed_is_too_odd(typed: str) -> None:
    _, rest = parse(typed)
    assert rest in typed
