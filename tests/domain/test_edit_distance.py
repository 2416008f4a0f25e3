"""The command that a misspelt one may mean."""

import pytest

from bot.domain.commands import SUBCOMMANDS
from bot.domain.edit_distance import find_nearest

COMMANDS = [command.name for command in SUBCOMMANDS]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("impcat", "impact"),  # swapped
        ("udpate", "update"),
        ("ntoe", "note"),
        ("postmorten", "postmortem"),  # wrong
        ("resolv", "resolve"),  # missing
        ("stattus", "status"),  # extra
        ("timelnie", "timeline"),
        ("cancle", "cancel"),
        ("serivcse", "services"),  # two mistakes in a long word
        ("doen", "done"),
        ("donut", ""),  # two in a short one
        ("se", ""),  # too short to tell
        ("xyz", ""),
        ("impact" * 3, ""),
        ("x" * 100_000, ""),
        ("", ""),
    ],
)
def test_the_nearest_command_is_found_only_if_it_is_near_enough(typed: str, nearest: str) -> None:
    assert find_nearest(typed, COMMANDS) == nearest


def test_without_words_there_is_no_nearest() -> None:
    assert find_nearest("impact", []) == ""
