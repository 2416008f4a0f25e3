"""Find a title for an incident that is declared from a message: its first meaningful line."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.domain.markup import to_plain_text
from bot.slack_text.styles import remove_styles

_SHORTCODE = re.compile(r"(?<!\w):(?:[a-z0-9][\w'+-]*|[+-]1):(?!\w)", re.IGNORECASE)
_MENTION = re.compile(
    r"<[@!](?!date\^)[^<>\n]*>|(?<![\w.])@(?:here|channel|everyone)\b", re.IGNORECASE
)
_LINK = re.compile(r"<(?:https?|mailto):[^<>\n]*>|https?://\S+")
_FILE = re.compile(r"\[(?:file|image|call)\b[^\[\]\n]*\]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# Greetings, calls and announcements, which don't say what happened.
_EMPTY_WORDS = frozenset(
    [
        "a",
        "alarm",
        "alert",
        "alerts",
        "all",
        "an",
        "and",
        "announcement",
        "attention",
        "automated",
        "away",
        "bot",
        "cc",
        "channel",
        "day",
        "dear",
        "everybody",
        "everyone",
        "evening",
        "fire",
        "firing",
        "folks",
        "for",
        "fyi",
        "good",
        "guys",
        "have",
        "heads",
        "help",
        "hello",
        "here",
        "hey",
        "hi",
        "hiya",
        "important",
        "incident",
        "is",
        "it",
        "issue",
        "just",
        "message",
        "morning",
        "new",
        "notice",
        "notification",
        "notifications",
        "now",
        "of",
        "oh",
        "ok",
        "on",
        "oncall",
        "call",
        "people",
        "please",
        "problem",
        "seen",
        "someone",
        "sos",
        "team",
        "the",
        "there",
        "this",
        "to",
        "today",
        "trigger",
        "triggered",
        "up",
        "update",
        "urgent",
        "us",
        "warning",
        "we",
        "wow",
        "you",
        "your",
        "y'all",
    ]
)
_EDGES = " \t*_~`>-\u2013\u2014\u2022|=:;,"


def find_title(text: str, names: Mapping[str, str]) -> str:
    """Return the title in a message's text; empty if no line of it says anything.

    Lines with only mentions, emoji, greetings, separators or links are used only if there is no other.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    title_line = next((line for line in lines if _says_something(line)), None)
    if title_line is not None:
        return _readable(_without_call(title_line), names)
    titles = [_readable(_without_call(line), names) for line in lines]
    return next((line for line in titles if _WORD.search(line)), "")


def _says_something(line: str) -> bool:
    """Return whether a line has a word or figure of its own."""
    labels = (link.partition("|")[2].rstrip(">") for link in _LINK.findall(line))
    bare = " ".join([_LINK.sub(" ", line), *(link for link in labels if "://" not in link)])
    for pattern in (_MENTION, _SHORTCODE, _FILE):
        bare = pattern.sub(" ", bare)
    words = [word.casefold() for word in _WORD.findall(bare.replace("&amp;", " "))]
    return any(word not in _EMPTY_WORDS and not word.isdigit() for word in words)


def _without_call(line: str) -> str:
    """Return a line without mentions and emoji at its start and end."""
    parts = [*_parts(line)]
    positions = [position for position, part in enumerate(parts) if not _is_call(part)]
    return "".join(parts[positions[0] : positions[-1] + 1]) if positions else ""


def _parts(line: str) -> Iterator[str]:
    position = 0
    for match in re.finditer(f"{_MENTION.pattern}|{_SHORTCODE.pattern}", line, re.IGNORECASE):
        yield line[position : match.start()]
        yield match[0]
        position = match.end()
    yield line[position:]


def _is_call(part: str) -> bool:
    """Return whether a part of a line is a mention of people, an emoji, or nothing but symbols."""
    if _MENTION.fullmatch(part) or _SHORTCODE.fullmatch(part):
        return True
    return not any(unicodedata.category(character)[0] in "LN" for character in part)


def _readable(line: str, names: Mapping[str, str]) -> str:
    shown = remove_styles(to_plain_text(line, names))
    shown = "".join(
        character
        for character in shown
        if unicodedata.category(character) not in {"So", "Cn", "Co"}
    )
    return " ".join(shown.replace("\ufe0f", "").split()).strip(_EDGES)
