"""Whether two action items ask for the same thing, by the words they share in any inflection.

This is only a hint: both items are kept, and people decide.
"""

import re

_WORD = re.compile(r"[a-z0-9]+")
# Stop words, which don't say what should be done.
_STOP_WORDS = frozenset([
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "for", "from", "have", "if", "in",
    "into", "is", "it", "its", "make", "more", "new", "of", "on", "or", "our", "so", "that",
    "the", "their", "then", "there", "this", "to", "up", "us", "we", "when", "where", "which",
    "with"
])  # fmt: skip
_ENDINGS = ("ing", "ed", "es", "s", "e")
_MIN_STEM_LENGTH = 3  # letters left of a word after its ending is removed
_MIN_SHARED_WORDS = 2  # words that must be shared
_OVERLAP = 0.6  # the required share of all words in both items


def is_similar(first: str, second: str) -> bool:
    """Return whether most words are the same, or one item's words are all in the other.

    At least two words must be shared; if one item is contained in the other, three.
    """
    first_stems, second_stems = stem_words(first), stem_words(second)
    shared = first_stems & second_stems
    if len(shared) < _MIN_SHARED_WORDS:
        return False
    contained = len(shared) > _MIN_SHARED_WORDS and len(shared) == min(
        len(first_stems), len(second_stems)
    )
    return contained or len(shared) >= _OVERLAP * len(first_stems | second_stems)


def stem_words(text: str) -> frozenset[str]:
    """Return the words of an item without their endings: "alerts" and "alerting" become "alert"."""
    words = _WORD.findall(text.lower().replace("'", ""))
    return frozenset(_stem(word) for word in words if word not in _STOP_WORDS)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_LENGTH:
            return word.removesuffix(ending)
    return word
