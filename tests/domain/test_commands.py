from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import (
    SUBCOMMANDS,
    Subcommand,
    find_subcommand,
    is_clear_word,
    parse,
    parse_meeting_action,
    split_postmortem_action,
)


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
def test_a_command_is_split_into_its_subcommand_and_arguments(
    typed: str, name: str, rest: str
) -> None:
    assert parse(typed) == (find_subcommand(name), rest)


def test_names_of_earlier_versions_still_work() -> None:
    assert parse("Forget https://x") == (find_subcommand("erase"), "https://x")
    assert split_postmortem_action("ask we learn") == ("request", "we learn")
    assert split_postmortem_action("Return: because so") == ("changes", "so")
    assert split_postmortem_action("final") == ("finalize", "")
    assert parse_meeting_action("Agree") == "accept"


@pytest.mark.parametrize("typed", ["none", "Clear", " off "])
def test_each_word_for_nothing_clears_a_value(typed: str) -> None:
    assert is_clear_word(typed)
    assert not is_clear_word(f"{typed} of it")


@pytest.mark.parametrize("typed", ["", "  ", "explode", "declared x", "-declare", "/incident list"])
def test_unknown_text_is_not_a_subcommand(typed: str) -> None:
    assert parse(typed)[0] is None


def test_subcommand_names_are_unique() -> None:
    assert len({subcommand.name for subcommand in SUBCOMMANDS}) == len(SUBCOMMANDS)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS, ids=lambda subcommand: subcommand.name)
def test_the_usage_of_a_subcommand_begins_with_its_name(subcommand: Subcommand) -> None:
    assert parse(subcommand.usage)[0] is subcommand


def test_subcommands_of_one_group_are_listed_together() -> None:
    groups = [subcommand.group for subcommand in SUBCOMMANDS]
    changes = sum(one != other for one, other in pairwise(groups))
    assert changes == len(set(groups)) - 1


@given(st.text())
def test_any_typed_text_can_be_parsed(typed: str) -> None:
    _, rest = parse(typed)
    assert rest in typed
