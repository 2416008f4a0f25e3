"""What a rule is: the name people read, the words that make it worth trying, and its pattern."""

from typing import NamedTuple

# A token may follow an escaped line break of JSON or a percent-encoded character, and `_italics_`.
START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
END = r"(?![A-Za-z0-9])"


class Rule(NamedTuple):
    """One kind of secret.

    `words` are in lower case; the pattern is only tried on a text that has one of them. The secret is the
    group that took part in the match, or the whole match. Each pattern is linear: repetitions
    are bounded or cannot overlap. `source` says where the shape is documented.
    """

    name: str
    words: tuple[str, ...]
    pattern: str
    source: str


def token(name: str, words: str, shape: str, source: str) -> Rule:
    """Make a rule for a token that is known by its own shape; `words` are separated by spaces."""
    return Rule(name, tuple(words.split()), f"{START}{shape}", source)
