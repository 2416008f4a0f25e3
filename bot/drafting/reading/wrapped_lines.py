"""Join the lines of text that was wrapped at a fixed width, as mail and log files are.

In a chat, a line break ends a sentence, with or without a period. In wrapped text it means nothing.
"""

import re
from itertools import pairwise

_WIDTHS = range(60, 101)  # characters of a line that was wrapped
_MOST_RAGGED = 16  # characters by which such lines may differ: a long word moves to the next line
_MIN_LINES = 3  # lines that show a width
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")
# A line of a list, a quotation, a table or a log isn't the rest of a sentence.
_REST_OF_SENTENCE = re.compile(
    r"[(\"'\u201c\u2018`*_]{0,3}(?:[A-Za-z][a-z]{0,30}(?:['\u2019][a-z]{1,4})?|\d[\d.,]{0,20})"
    r"[)\"'\u201d\u2019`*_.,;:!?]{0,4}(?=\s|$)"
)
# No sentence ends like this, or begins like that.
_UNFINISHED = re.compile(r"(?:,|\b(?:an?|the|of|and|or|than|our|their|its|these))$", re.IGNORECASE)
_CONTINUED = re.compile(r"(?:due to|because of|of|in order to)\b")


def unwrap(text: str) -> str:
    """Return a text with a space in place of each line break that only wraps a sentence."""
    if "\n" not in text:
        return text
    paragraphs = _PARAGRAPH_BREAK.split(text)
    return "\n\n".join(_unwrap_paragraph(paragraph) for paragraph in paragraphs)


def _unwrap_paragraph(paragraph: str) -> str:
    lines = [line.strip() for line in paragraph.splitlines()]
    if not all(map(_REST_OF_SENTENCE.match, lines[1:])):
        return paragraph
    is_wrapped = _have_one_width(lines)
    joined = lines[0]
    for before, line in pairwise(lines):
        goes_on = _UNFINISHED.search(before) or _CONTINUED.match(line)
        is_joined = is_wrapped or (len(before) in _WIDTHS and goes_on)
        joined += (" " if is_joined else "\n") + line
    return joined


def _have_one_width(lines: list[str]) -> bool:
    """Return whether all lines but the last end where their next word wouldn't have fitted."""
    full = [len(line) for line in lines[:-1]]
    return (
        len(lines) >= _MIN_LINES
        and all(length in _WIDTHS for length in full)
        and max(full) - min(full) <= _MOST_RAGGED
        and len(lines[-1]) <= max(full) + _MOST_RAGGED
    )
