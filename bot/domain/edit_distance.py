"""The nearest of several words to a misspelt one."""

from collections.abc import Iterable
from functools import partial

SHORTEST, LONG = 3, 6  # letters of a word that may have one mistake, and two


def find_nearest(word: str, words: Iterable[str]) -> str:
    """Return the word with the fewest mistakes, the first of several; empty if none is near enough."""
    allowed = (len(word) >= SHORTEST) + (len(word) >= LONG)
    near = [each for each in words if abs(len(each) - len(word)) <= allowed]
    nearest = min(near, key=partial(_count_mistakes, word), default="")
    return nearest if _count_mistakes(word, nearest) <= allowed else ""


def _count_mistakes(typed: str, meant: str) -> int:
    """Count wrong, missing, extra and swapped letters (optimal string alignment)."""
    before: list[int] = []
    above: list[int] = list(range(len(meant) + 1))
    for row, letter in enumerate(typed, start=1):
        here: list[int] = [row]
        for column, other in enumerate(meant, start=1):
            wrong = above[column - 1] + (letter != other)
            here.append(min(wrong, above[column] + 1, here[-1] + 1))
            if row > 1 < column and letter == meant[column - 2] and other == typed[row - 2]:
                here[-1] = min(here[-1], before[column - 2] + 1)
        before, above = above, here
    return above[-1]
