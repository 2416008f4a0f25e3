"""A rule: its display name, its trigger words, and its pattern."""

from typing import NamedTuple

# A token may follow an escaped line break of JSON or a percent-encoded character, and `_italics_`.
START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
END = r"(?![A-Za-z0-9])"


class Rule(NamedTuple):
    """One kind of secret.

    `words` are in lower case; the pattern is only tried on text that contains one of them. The secret is
    the group that matched, or the whole match. Each pattern is linear: repetitions are bounded or can't
    overlap. `source` says where the format is documented.
    """

    name: str
    words: tuple[str, ...]
    pattern: str
    source: str


def make_token_rule(name: str, words: str, shape: str, source: str) -> Rule:
    """Make a rule for a token recognized by its format; `words` are separated by spaces."""
    return Rule(name, tuple(words.split()), f"{START}{shape}", source)
