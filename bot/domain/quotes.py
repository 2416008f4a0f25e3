"""Verbatim quotes of a message in other texts: found and taken out.

Only what nobody writes by chance counts as a quote: at least three words and fifteen characters. Case and
white space make no difference, since drafts capitalize a sentence and people wrap it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FEWEST_WORDS, FEWEST_CHARACTERS = 3, 15
_SENTENCE = re.compile(r"(?<=[.!?\u2026])\s|\n")
_EDGES = " \t\r\n.,;:!?\u2026\"'`*_~-\u2013\u2014()[]>\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Quotes:
    """The sentences of erased texts, longest first, folded; and what stands in their place."""

    sentences: tuple[str, ...]
    replacement: str

    def removed_from(self, text: str) -> str:
        """The text with every quote replaced; the same text when there is none."""
        folded = _folded(text)
        for sentence in self.sentences:
            if sentence in folded:
                text = _pattern(sentence).sub(lambda _: self.replacement, text)
                folded = _folded(text)
        return text

    def leaves_nothing(self, text: str) -> bool:
        """Whether a text is nothing any more but what stands for removed quotes."""
        return not text.replace(self.replacement, "").strip(_EDGES)

    def removed_from_all(self, value: object) -> object:
        """A JSON value with the quotes removed from every string in it."""
        if isinstance(value, str):
            return self.removed_from(value)
        if isinstance(value, list):
            return [self.removed_from_all(each) for each in value]
        if isinstance(value, dict):
            return {name: self.removed_from_all(each) for name, each in value.items()}
        return value


def quotes(texts: Iterable[str], replacement: str) -> Quotes:
    """What counts as a quote of these texts: each of them, its lines, and its sentences."""
    found = {part for text in texts for part in _parts(text)}
    long = {part for part in found if is_distinct(part)}
    return Quotes(tuple(sorted(long, key=lambda part: (-len(part), part))), replacement)


def is_distinct(folded: str) -> bool:
    """Whether a text is long enough that nobody writes the same by chance."""
    return len(folded) >= FEWEST_CHARACTERS and len(folded.split()) >= FEWEST_WORDS


def is_part_of(part: str, whole: str) -> bool:
    """Whether a text that says anything stands word for word in another."""
    folded = _folded(part).strip(_EDGES)
    return bool(folded) and folded in _folded(whole)


def _parts(text: str) -> Iterator[str]:
    for part in (text, *text.splitlines(), *_SENTENCE.split(text)):
        yield _folded(part).strip(_EDGES)


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, sentence.split(" "))), re.IGNORECASE)
