"""People named in a sentence. They may be named only for what they wrote themselves."""

import re
from collections.abc import Iterable
from itertools import dropwhile

from bot.domain.membership_type import remove_outsider_label
from bot.drafting.rewriting.words import FUNCTION_WORDS, split_words

_WORD = re.compile(r"[^\W_]+")
_PRONOUNS = re.compile(
    (
        r"\b(?:i|i'm|i've|i'll|we|we're|we've|me|us|my|our|mine|ours|you|your|yours|he|she|him|her"
        r"|his|hers|himself|herself|somebody|someone|guy|dude)\b"
    ),
    re.IGNORECASE,
)
_SHORTEST = 3  # letters of a part of a name
# Parts of names that are words first, also with a capital letter.
_NOT_NAMES = split_words("bot app the person team external guest admin root test user system")


def find_name_parts(name: str) -> frozenset[str]:
    """Return the parts of a person's name that identify them in a sentence, in lower case."""
    words = _WORD.findall(remove_outsider_label(name))
    return frozenset(
        word.casefold()
        for word in words
        if len(word) >= _SHORTEST
        and not (word.isupper() or word.isdigit())
        and word.casefold() not in FUNCTION_WORDS | _NOT_NAMES
    )


def find_named(text: str, people: Iterable[str]) -> frozenset[str]:
    """Return the parts of these people's names that a text contains, however they're written."""
    known = frozenset(part for name in people for part in find_name_parts(name))
    return frozenset(word.casefold() for word in _WORD.findall(text)) & known


def is_named_first(text: str, named: frozenset[str]) -> bool:
    """Return whether a text names people only as the one who acts: "Ana Lima restarted the pods"."""
    words = text.split()
    rest = list(dropwhile(lambda word: word.casefold() in named, words))
    return len(rest) < len(words) and not any(
        word.casefold() in named for word in _WORD.findall(" ".join(rest))
    )


def has_pronoun(text: str) -> bool:
    """Return whether a text says "I", "we" or "she", which means nothing without its speaker."""
    return _PRONOUNS.search(text.replace("\u2019", "'")) is not None
