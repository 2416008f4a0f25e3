"""The features of a sentence that the model weighs, as strings.

Words, their stems and classes say what a sentence is about, pairs of neighbors how it says so. Cues
are what the rules see in it. Figures, names, identifiers and code are replaced by placeholders,
because the model must not learn the facts of one incident.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from bot.drafting.cues.search import CueMatch
from bot.drafting.reading.lines import Line

_TOKEN = re.compile(
    r"(?P<url>https?://\S+)|(?P<code>`[^`]*`)|(?P<name>@[\w.-]+)|(?P<word>\w+(?:[-./:,']\w+)*)|[?!%…]"
)
_VALUES = re.compile(
    r"(?P<time>\d{1,2}:\d\d)|(?P<number>\d[\d.,]*(?:k|m|s|ms|h|min|x|gb|mb|pm|am)?)|(?P<id>.*[\d_].*)"
)
_WORD_BREAK = re.compile(r"[-./:,]")
_ENDINGS = ("ingly", "ings", "ing", "edly", "ed", "es", "s", "ly")
_MIN_STEM_LENGTH = 3
_LENGTHS = (3, 6, 12, 24)  # words; a sentence's length is one of these classes


def extract(line: Line) -> list[list[str]]:
    """Return the features of each clause of a line."""
    about_line = list(_line_features(line))
    cues: dict[str, list[CueMatch]] = {}
    for cue in line.cues:
        cues.setdefault(cue.clause, []).append(cue)
    last = len(line.clauses) - 1
    return [
        [
            *_text_features(clause),
            *_cue_features(cues.get(clause, ())),
            *about_line,
            "=only" if last == 0 else "=first" if place == 0 else "=last" if place == last else "=",
        ]
        for place, clause in enumerate(line.clauses)
    ]


def _text_features(clause: str) -> Iterator[str]:
    words = tokenize(clause)
    yield from set(words)
    yield from {f"{first} {second}" for first, second in pairwise(["^", *words, "$"])}
    yield from {f"~{stem(word)}" for word in words if len(word) > _MIN_STEM_LENGTH}
    classes = [kinds[0] for word in words if (kinds := _word_classes().get(word))]
    yield from {f"#{kind}" for word in words for kind in _word_classes().get(word, ())}
    yield from {f"#{first}>{second}" for first, second in pairwise(classes)}
    if words:
        yield f"^{words[0]}"
    if classes:
        yield f"^#{classes[0]}"
    yield f"=length {sum(len(words) >= length for length in _LENGTHS)}"
    if clause.rstrip(" )*_").endswith("?"):
        yield "=question"


def _cue_features(cues: Sequence[CueMatch]) -> Iterator[str]:
    for cue in cues:
        marks = "~" * cue.is_hedged + "!" * cue.is_negated + "?" * cue.is_question
        yield f"cue {cue.sense}"
        yield f"cue {cue.sense} {marks}"


def _line_features(line: Line) -> Iterator[str]:
    yield f"={line.event.kind}"
    if not line.is_by_person:
        yield "=machine"
    if line.alarm:
        yield f"=alarm {line.alarm}"
    if line.phase:
        yield f"=phase {line.phase}"


def tokenize(clause: str) -> list[str]:
    """Return a clause's words in lower case; placeholders such as `<url>` stand for values."""
    text = clause.lower().replace("\u2019", "'")
    return [word for match in _TOKEN.finditer(text) for word in _split(match)]


def _split(match: re.Match[str]) -> list[str]:
    """Return the words of a token: "re-check" is two, "web-12" a value."""
    if match.lastgroup is None:
        return [match[0]]
    value = _VALUES.fullmatch(match[0]) if match.lastgroup == "word" else match
    return [f"<{value.lastgroup}>"] if value else _WORD_BREAK.split(match[0])


@cache
def stem(word: str) -> str:
    """Return a word without its ending, roughly: "restarted" and "restarting" become "restart"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_LENGTH:
            word = word.removesuffix(ending)
            break
    if len(word) > _MIN_STEM_LENGTH and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip("e") if len(word) > _MIN_STEM_LENGTH else word


@cache
def _word_classes() -> dict[str, list[str]]:
    """Return the classes of each word, from `word_classes.txt`: one class a line, with its words."""
    classes: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("word_classes.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition(": ")
        for word in words.split():
            classes.setdefault(word, []).append(name)
    return classes
