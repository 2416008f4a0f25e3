"""Typed reading of untyped JSON: a field may be missing, null or of another type."""

import re
from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]

MOST = 100  # objects of one list; a message has at most 50 blocks and 100 attachments
LARGEST = 10**12  # of a number; as seconds, in 30,000 years
# PostgreSQL refuses the first, and no database stores half of a surrogate pair.
_NOWHERE_STORED = re.compile("[\x00\ud800-\udfff]")


def text(payload: Payload, name: str) -> str:
    """The text in a field, fit to be stored; empty when there is none."""
    value = payload.get(name)
    return clean(value) if isinstance(value, str) else ""


def clean(value: str) -> str:
    """A text that every database takes: characters that none takes become U+FFFD."""
    return _NOWHERE_STORED.sub("\ufffd", value)


def part(payload: Payload, name: str) -> Payload:
    """The object in a field; an empty one when there is none."""
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(payload: Payload, name: str) -> list[Payload]:
    """The first objects of the list in a field."""
    value = payload.get(name)
    listed = value[:MOST] if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, Mapping)]


def number(payload: Payload, name: str) -> float | None:
    """The number in a field, or None; also for one that no clock and no list reaches."""
    value = payload.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < LARGEST else None
