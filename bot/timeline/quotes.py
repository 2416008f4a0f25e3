"""Find and remove verbatim quotes of a message in other text.

A quote has at least three words and fifteen characters, so that chance matches don't count. Case and white
space are ignored, because drafts capitalize sentences and people wrap lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FEWEST_WORDS, FEWEST_CHARACTERS = 3, 15
_SENTENCE = re.compile(r"(?<=[.!?\u2026])\s|\n")
_EDGES = " \t\r\n.,;:!?\u2026\"'`*_~-\u2013\u2014()[]>\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Quotes:
    """Sentences of erased texts, longest first and case-folded, and their replacement."""

    sentences: tuple[str, ...]
    replacement: str

    def replace_in(self, text: str) -> str:
        """Return the text with every quote replaced."""
        folded = _folded(text)
        for sentence in self.sentences:
            if sentence in folded:
                text = _pattern(sentence).sub(lambda _: self.replacement, text)
                folded = _folded(text)
        return text

    def is_only_quotes(self, text: str) -> bool:
        """Return whether a text consists only of replaced quotes."""
        return not text.replace(self.replacement, "").strip(_EDGES)

    def replace_in_json(self, value: object) -> object:
        """Return a JSON value with the quotes removed from every string."""
        if isinstance(value, str):
            return self.replace_in(value)
        if isinstance(value, list):
            return [self.replace_in_json(entry) for entry in value]
        if isinstance(value, dict):
            return {name: self.replace_in_json(entry) for name, entry in value.items()}
        return value


def build_quotes(texts: Iterable[str], replacement: str) -> Quotes:
    """Return the quotes to look for: each text, its lines, and its sentences."""
    quotes = {part for text in texts for part in _parts(text)}
    distinct = {part for part in quotes if is_distinct(part)}
    return Quotes(tuple(sorted(distinct, key=lambda part: (-len(part), part))), replacement)


def is_distinct(folded: str) -> bool:
    """Return whether a text is long enough to rule out a chance match."""
    return len(folded) >= FEWEST_CHARACTERS and len(folded.split()) >= FEWEST_WORDS


def is_part_of(part: str, whole: str) -> bool:
    """Return whether a non-empty text appears verbatim in another."""
    folded = _folded(part).strip(_EDGES)
    return bool(folded) and folded in _folded(whole)


def _parts(text: str) -> Iterator[str]:
    for part in (text, *text.splitlines(), *_SENTENCE.split(text)):
        yield _folded(part).strip(_EDGES)


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, sentence.split(" "))), re.IGNORECASE)
