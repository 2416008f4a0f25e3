"""Typed reading of untyped JSON: a field may be missing, null or of another type."""

import re
from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]

MAX_OBJECTS = 100  # objects in one list; a message has at most 50 blocks and 100 attachments
LARGEST_NUMBER = 10**12  # as seconds, this is in 30,000 years
# PostgreSQL refuses the first, and no database stores half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text(payload: Payload, name: str) -> str:
    """Return the text in a field, safe to store; empty if there is none."""
    value = payload.get(name)
    return clean(value) if isinstance(value, str) else ""


def clean(value: str) -> str:
    """Return text that every database accepts: unsupported characters become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", value)


def part(payload: Payload, name: str) -> Payload:
    """Return the object in a field; an empty one if there is none."""
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(payload: Payload, name: str) -> list[Payload]:
    """Return the first objects of the list in a field."""
    value = payload.get(name)
    entries = value[:MAX_OBJECTS] if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def number(payload: Payload, name: str) -> float | None:
    """Return the number in a field; None if there is none, or one beyond any time or list."""
    value = payload.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < LARGEST_NUMBER else None
