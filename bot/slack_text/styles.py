"""Bold, italic, struck and code words in Slack's text (mrkdwn).

Slack's rule: a mark opens at the start of a word and closes at the end of one, on the same line. So
`snake_case`, `2*3`, `*.log` and `~5 min` are words with a character in them, and no style.
https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    BOLD = "*"
    ITALIC = "_"
    STRUCK = "~"
    CODE = "`"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text. One with a style holds further spans in `text`, unless it's code."""

    text: str
    style: Style | None = None


_BEFORE_WORDS, _AFTER_WORDS = r"(?![\s.,;:!?/)\]}])", r"(?<![\s,/(\[{])"
# Bold has two asterisks in Markdown, which people type and `markdown` blocks hold.
_MARKED = "|".join(
    rf"{mark}{_BEFORE_WORDS}([^\n{mark[-1]}]+){_AFTER_WORDS}{mark}"
    for mark in (r"\*\*", r"\*", "_", "~")
)
_SPAN = re.compile(rf"(?<!`)`([^`\n]+)`(?!`)|(?<![\w`*_~\\/=])(?:{_MARKED})(?![\w`*_~])")
_STYLES = (Style.CODE, Style.BOLD, Style.BOLD, Style.ITALIC, Style.STRUCK)


def split_styles(text: str) -> Iterator[Span]:
    """Split a text into spans with one style or none, in order."""
    position = 0
    for match in _SPAN.finditer(text):
        if match.start() > position:
            yield Span(text[position : match.start()])
        number = match.lastindex or 1
        yield Span(match[number], _STYLES[number - 1])
        position = match.end()
    if position < len(text):
        yield Span(text[position:])


def restyle(text: str, plain: Callable[[str], str], styled: Callable[[Style, str], str]) -> str:
    """Convert a text to another markup: `plain` converts words, and `styled` adds a style.

    `styled` gets code as it is, and other text already converted.
    """
    return "".join(
        plain(span.text)
        if span.style is None
        else styled(span.style, span.text)
        if span.style is Style.CODE
        else styled(span.style, restyle(span.text, plain, styled))
        for span in split_styles(text)
    )


def remove_styles(text: str) -> str:
    """Return the words alone, without the marks of their styles."""
    return restyle(text, str, lambda _, words: words)
