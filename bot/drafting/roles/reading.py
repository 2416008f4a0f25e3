"""The roles of a record's sentences, read once for all rules."""

from collections.abc import Sequence

from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import CachedLines, compute_once
from bot.drafting.roles.model import Scores, load_reader


def read_roles(lines: Sequence[Line]) -> list[list[Scores]]:
    """Return the scores of each clause of each line."""
    return compute_once(_read, lines)


def _read(lines: Sequence[Line]) -> list[list[Scores]]:
    return load_reader().read(lines)


def set_roles(lines: CachedLines, roles: list[list[Scores]]) -> None:
    """Use these scores for a record's lines, read by another reader than the built-in one."""
    lines.memory[_read] = roles
