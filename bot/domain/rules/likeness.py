"""Whether two incidents are much the same: they share a service, or their titles name the same things.

What a title says is broken counts, not how: "checkout is down" and "checkout errors" are the same thing
broken twice. Words that any incident's title may have say nothing about it.
"""

import re
from functools import lru_cache
from typing import Protocol

_WORD = re.compile(r"\w+")
# Words of any incident's title: they say that something is broken, not what.
_ANY_TITLE = re.compile(
    r"an?|and|are|at|by|for|from|in|into|is|it|its|of|on|or|our|the|to|was|were|with|we|again|still|very|not|"
    r"down|fail|failed|failing|failure|broken|break|slow|errors?|issues?|problems?|incidents?|outages?|working|"
    r"unavailable|unnamed|prod|production|services?|p[0-4]|sev-?[0-5]"
)
_ALIKE = 0.6  # the share of words that two titles have in common when they tell of the same thing
_PLURAL = 4  # letters; "dns" and "aws" are no plurals
_SHARED = 2  # words, unless the titles are the same ones


class Broken(Protocol):
    """An incident, as far as likeness is told by it."""

    @property
    def title(self) -> str: ...

    @property
    def services(self) -> tuple[str, ...]: ...


def alike(one: Broken, other: Broken) -> bool:
    """Whether they share a service, or all words of their titles, or most words and at least two."""
    if set(one.services) & set(other.services):
        return True
    first, second = _words(one.title), _words(other.title)
    both = first & second
    most = len(both) >= _SHARED and len(both) / len(first | second) >= _ALIKE
    return bool(both) and (first == second or most)


@lru_cache(maxsize=4_096)
def _words(title: str) -> frozenset[str]:
    """A title's words without those of any title, one form for singular and plural."""
    words = (_singular(word) for word in _WORD.findall(title.casefold()))
    return frozenset(word for word in words if not _ANY_TITLE.fullmatch(word))


def _singular(word: str) -> str:
    plural = len(word) >= _PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word
