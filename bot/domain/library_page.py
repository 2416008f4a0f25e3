"""An incident's page in the library: the text by which it's found, sorted by kind.

Services, errors and alerts identify an incident; everything else is for full-text search.
"""

import re
import unicodedata
from dataclasses import dataclass, field

MAX_WORD_LENGTH = 60  # characters of a word; nobody types longer words
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """Identifying traits of an incident, as readable text without duplicates.

    `errors` are names, codes and texts of errors, `modes` are failure modes with a name
    ("connection pool exhausted"), and `causes` come from the root cause.
    """

    services: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryPage:
    """One incident's page in the library, in readable lines without secrets.

    `lines` has events, messages and written sections, in that order; `items` has the action items.
    """

    title: str
    traits: Traits = field(default_factory=Traits)
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def split_words(text: str) -> list[str]:
    """Return a text's words as indexed: case-folded, with the parts of names like `PoolTimeout`.

    "Café", "CAFÉ" and "cafe" are the same word.
    """
    words: list[str] = []
    for word in _WORD.findall(_without_accents(text)):
        words.append(word.casefold()[:MAX_WORD_LENGTH])
        parts = _HUMP.split(word)
        if len(parts) > 1:
            words += [part.casefold()[:MAX_WORD_LENGTH] for part in parts]
    return words


def split_search_words(text: str) -> list[str]:
    """Return the words of a search as indexed. No characters have a special meaning."""
    return [word.casefold()[:MAX_WORD_LENGTH] for word in _WORD.findall(_without_accents(text))]


def _without_accents(text: str) -> str:
    """Remove accents and other combining marks."""
    taken_apart = unicodedata.normalize("NFKD", text)
    return "".join(character for character in taken_apart if not unicodedata.combining(character))
