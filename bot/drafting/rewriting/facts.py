"""Facts in a text that must be in the cited messages letter by letter: figures, names, addresses, quotes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.drafting.rewriting.words import split_words

_TOKEN = re.compile(r"\S+")
_EDGES = "\"'`()[]{}<>“”\u2018\u2019«»,;:!?…*_~|\u2013\u2014"
_SEPARATORS = re.compile(r"(?<=\w)[+&](?=\w)|[\u2192=(),;|\[\]<>\"“”]|->")
_UNITS = {
    "%": "% percent pct", "ms": "ms msec millisecond milliseconds", "s": "s sec secs second seconds",
    "min": "min mins minute minutes", "h": "h hr hrs hour hours", "d": "d day days", "w": "week weeks", "k": "k thousand",
    "m": "m million", "b": "b bn billion", "kb": "kb", "mb": "mb", "gb": "gb gib", "tb": "tb", "x": "x times",
    "rps": "rps qps", "am": "am", "pm": "pm", "utc": "utc", "cet": "cet", "cest": "cest", "est": "est", "edt": "edt",
    "pst": "pst", "pdt": "pdt", "gmt": "gmt", "bst": "bst", "ist": "ist", "jst": "jst",
}  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
# Longest first, because "m" also starts "min".
_ANY_UNIT = "|".join(re.escape(word) for word in sorted(_UNIT_OF, key=len, reverse=True))
_MEASURE = re.compile(rf"(?<=\d)[ \u00a0]?({_ANY_UNIT})(?![^\W\d_])", re.IGNORECASE)
_STATUS_CODES = re.compile(r"\b([1-5]\d\d)'?s\b")  # "502s" are several
_COUNTED = re.compile(
    r"(?<![\w.,:/-])(\d+(?:[.,]\d+)*)[ \u00a0]([^\W\d_]+)(?:[ \u00a0]([^\W\d_]+))?"
)
_QUOTATION = re.compile(
    r"\"([^\"\n]{1,300})\"|“([^”\n]{1,300})”|«([^»\n]{1,300})»"
    r"|(?<!\w)[\u2018'`]([^\u2018\u2019'`\n]{1,300})[\u2019'`](?!\w)"
)
# A token with one of these inside, or that starts with one of the last three, is an address or an identifier.
_IDENTIFIER = re.compile(r"\w[._/@\\:#=]+\w|\A[@#/]\w|://")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
NUMBER_WORDS = split_words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds thousand thousands million millions billion billions dozen dozens half "
    "quarter third twice double doubled triple tripled zero several few many most all every "
    "everyone everybody everything everywhere nobody none no-one only always never entire "
    "entirely whole wholly complete completely fully partially partly both majority minority"
)

_COUNTED_THINGS = split_words(
    "user customer client people account request error order payment ticket call complaint pod "
    "node server instance replica host team region zone service message job task worker "
    "connection quer row record session transaction event failure retr alert"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of the cited messages, for comparison with those of a sentence."""

    text: str  # one message a line, lower case, quotes and spaces alike
    tokens: frozenset[str]
    counted: frozenset[tuple[str, str]]  # a number and a word after it
    words: frozenset[str]


def collect_facts(texts: Iterable[str], times: Iterable[datetime]) -> Facts:
    """Return the facts of messages: their texts, their authors' names, and when they were written."""
    normalized = "\n".join(map(normalize, texts))
    tokens = {token for part in _parts(normalized) for token in _tokens(part)}
    for at in times:
        clock = f"{at:%H:%M}"
        tokens |= {clock, f"{clock}utc", f"{at:%Y-%m-%d}"}
    return Facts(
        text=normalized,
        tokens=frozenset(tokens),
        counted=frozenset(_list_counted(normalized)),
        words=frozenset(_WORD.findall(normalized)),
    )


def find_unfounded(sentence: str, facts: Facts) -> str:
    """Return the first figure, quotation or address that isn't in the messages; empty if all are."""
    return next(_list_unfounded(normalize(sentence), facts), "")


def _list_unfounded(text: str, facts: Facts) -> Iterator[str]:
    quotations = (next(filter(None, match.groups())) for match in _QUOTATION.finditer(text))
    yield from (quotation for quotation in quotations if quotation not in facts.text)
    yield from (
        token for token in _tokens(text) if _must_be_literal(token) and token not in facts.tokens
    )
    numbers = {number for number, _ in facts.counted}
    yield from (
        f"{number} {word}"
        for number, word in _list_counted(text, most=1)
        if number in numbers and (number, word) not in facts.counted
    )
    yield from (word for word in _WORD.findall(text) if word in NUMBER_WORDS - facts.words)


def normalize(text: str) -> str:
    """Return a text in lower case on one line, with straight quotes, and units next to their numbers."""
    flat = " ".join(text.casefold().replace("\u2019", "'").replace("\u2018", "'").split())
    return _MEASURE.sub(lambda match: _UNIT_OF[match[1]], _STATUS_CODES.sub(r"\1", flat))


def _parts(text: str) -> Iterator[str]:
    """Yield a text, and its parts between separators: `size=20` contains the number 20."""
    yield text
    yield _SEPARATORS.sub(" ", text)


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        token = match[0].strip(_EDGES).rstrip(".")
        token = token.removesuffix("'s")
        if token:
            yield token


def _must_be_literal(token: str) -> bool:
    return any(character.isdigit() for character in token) or bool(_IDENTIFIER.search(token))


def _list_counted(text: str, most: int = 2) -> Iterator[tuple[str, str]]:
    """Yield numbers with what they count, if it's one of the next words."""
    for match in _COUNTED.finditer(text):
        for word in match.groups()[1 : most + 1]:
            singular = (word or "").removesuffix("s").removesuffix("ie").removesuffix("y")
            if singular in _COUNTED_THINGS:
                yield match[1], singular
