"""What the library holds of an incident: the lines by which it is found again, sorted by what they are.

An incident is known again by its services, its errors and its alerts; the rest is words.
"""

import re
import unicodedata
from dataclasses import dataclass, field

LONGEST = 60  # characters of a word; what is longer is no word that somebody types
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """By what an incident is known again: each as people read it, none twice.

    `errors` are names, codes and texts of errors, `modes` the ways to fail that have a name of their
    own ("connection pool exhausted"), `causes` what the root cause says.
    """

    services: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One incident's page in the library, in readable lines without secrets.

    `told` is what happened and what was said and written, in that order; `items` the action items.
    """

    title: str
    traits: Traits = field(default_factory=Traits)
    items: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def words(text: str) -> list[str]:
    """The words of a text as the index has them: folded, and the parts of a name like `PoolTimeout` too.

    "Café", "CAFÉ" and "cafe" are the same word.
    """
    found: list[str] = []
    for word in _WORD.findall(_bare(text)):
        found.append(word.casefold()[:LONGEST])
        parts = _HUMP.split(word)
        if len(parts) > 1:
            found += [part.casefold()[:LONGEST] for part in parts]
    return found


def sought(text: str) -> list[str]:
    """The words that somebody looks for, as the index has them; nothing of it is syntax."""
    return [word.casefold()[:LONGEST] for word in _WORD.findall(_bare(text))]


def _bare(text: str) -> str:
    """Without accents and other marks over letters."""
    taken_apart = unicodedata.normalize("NFKD", text)
    return "".join(each for each in taken_apart if not unicodedata.combining(each))
