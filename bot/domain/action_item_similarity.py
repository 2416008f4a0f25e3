"""Whether two action items ask for the same: by the words that they share, however they are bent.

A hint for people and never a verdict: both are kept, and who reads them decides.
"""

import re

_WORD = re.compile(r"[a-z0-9]+")
# Words that say nothing about what is to be done.
_EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "make",
        "more",
        "new",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "their",
        "then",
        "there",
        "this",
        "to",
        "up",
        "us",
        "we",
        "when",
        "where",
        "which",
        "with",
    ]
)
_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST = 3  # letters that a word keeps when its ending is taken off
_FEWEST = 2  # words that must be shared
_ALIKE = 0.6  # of all words of both


def alike(one: str, other: str) -> bool:
    """Whether so many words are the same, or all of a shorter item are in the longer one."""
    first, second = words(one), words(other)
    shared = first & second
    if len(shared) < _FEWEST:
        return False
    contained = len(shared) > _FEWEST and len(shared) == min(len(first), len(second))
    return contained or len(shared) >= _ALIKE * len(first | second)


def words(text: str) -> frozenset[str]:
    """The words of an item without their endings; "alerts" and "alerting" are "alert"."""
    said = _WORD.findall(text.lower().replace("'", ""))
    return frozenset(_bare(word) for word in said if word not in _EMPTY)


def _bare(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word
