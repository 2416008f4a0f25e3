"""Read JSON files that other programs wrote: any Unicode encoding, one or more values, damaged ends."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
# The start of the messages in a damaged file, which is a list or has one named `messages`.
_LIST = re.compile(r'\[|\{[^\[\]{}]*"messages"[ \t\r\n]*:[ \t\r\n]*\[')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Parsed:
    """The values in a file. `damage` says where and why reading stopped; empty if it didn't."""

    values: tuple[object, ...]
    damage: str = ""


def decode(content: bytes) -> str:
    """Return the text of a UTF-8, UTF-16 or UTF-32 file. Raises ValueError with the place."""
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1:,} isn't Unicode text") from None


def decode_leniently(content: bytes) -> str:
    """Return the text of a file; invalid bytes become U+FFFD."""
    return content.decode(json.detect_encoding(content), errors="replace")


def parse_values(text: str) -> Parsed:
    """Parse a file with one JSON value, or several after each other.

    Of a list that breaks off, the values before the damage are returned.
    """
    values: list[object] = []
    start = _skip(_SPACE, text, 0)
    try:
        while start < len(text):
            value, end = _DECODER.raw_decode(text, start)
            values.append(value)
            start = _skip(_SPACE, text, end)
    except (ValueError, RecursionError) as error:
        return Parsed((*values, [*_before_damage(text, start)]), describe_error(error))
    return Parsed(tuple(values), "" if values else "not JSON, it's empty")


def list_elements(value: object, key: str) -> Iterator[object]:
    """Return the elements of a list, which may be the one under `key`; none of null."""
    inner = value.get(key, value) if isinstance(value, dict) else value
    if isinstance(inner, list):
        yield from inner
    elif inner is not None:
        yield inner


def describe_error(error: Exception) -> str:
    """Return what is wrong with some JSON, and where."""
    if isinstance(error, json.JSONDecodeError):
        return f"invalid JSON at line {error.lineno:,}, character {error.colno:,}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "a number with too many digits"


def _before_damage(text: str, start: int) -> Iterator[object]:
    """Return the values of a list up to the first that is damaged."""
    opened = _LIST.match(text, start)
    place = opened.end() if opened else len(text)
    while place < len(text):
        try:
            value, end = _DECODER.raw_decode(text, _skip(_BETWEEN, text, place))
        except (ValueError, RecursionError):
            return
        yield value
        place = end


def _skip(skipped: re.Pattern[str], text: str, start: int) -> int:
    match = skipped.match(text, start)
    return match.end() if match else start
