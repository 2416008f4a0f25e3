"""Words in a sentence: "owner, due date and priority"."""

from collections.abc import Sequence


def join_words(words: Sequence[object]) -> str:
    """Join words with commas, and the last one with "and"."""
    shown = [str(word) for word in words]
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
