"""Typed access to Slack's untyped JSON.

A field may be missing, null or of an unexpected type. Optional fields have a default; for a
required field, `NotUnderstood` is raised with the field's name.
"""

import re
from collections.abc import Mapping

from bot.domain.errors import BotError
from bot.redaction import redact
from bot.slack_text.json_values import MAX_OBJECTS, Payload, clean, part, text

MAX_TEXT_LENGTH = 40_000  # characters; Slack truncates longer messages itself
# Characters scanned past the limit, so that no secret is cut in two: a private key is shorter.
SCAN_MARGIN = 20_000
MAX_ID_LENGTH = 255  # characters of an id or name
_ROW_ID = re.compile(r"[0-9]{1,9}", re.ASCII)
_TS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?", re.ASCII)


class NotUnderstood(BotError):
    """Slack sent this without {missing}, so nothing was changed. Please try again."""


def required(payload: Payload, name: str) -> str:
    """Return a required id or name. Raises NotUnderstood if it's missing or too long."""
    value = text(payload, name)
    if not value or len(value) > MAX_ID_LENGTH:
        raise NotUnderstood(missing=f"a `{name}`")
    return value


def required_ts(payload: Payload, name: str = "ts") -> str:
    """Return a Slack timestamp, which is also a message's id, as text.

    Raises NotUnderstood if it's invalid.
    """
    value = optional_ts(payload, name)
    if not value:
        raise NotUnderstood(missing=f"a `{name}`")
    return value


def optional_ts(payload: Payload, name: str) -> str:
    """Return a Slack timestamp as text; empty if it's missing or invalid."""
    value = payload.get(name)
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def texts(payload: Payload, name: str) -> list[str]:
    """Return the non-empty strings among the first `MOST` entries of a list."""
    value = payload.get(name)
    listed = value[:MAX_OBJECTS] if isinstance(value, list) else []
    return [clean(each) for each in listed if isinstance(each, str) and each]


def whole_number(payload: Payload, name: str) -> int:
    """Return a field's whole number, or 0."""
    value = payload.get(name)
    return value if isinstance(value, int) else 0


def inputs(view: Payload) -> list[tuple[str, Payload]]:
    """Return a form's inputs as pairs of block id and the block's inputs."""
    values = part(part(view, "state"), "values")
    blocks = list(values.items())[:MAX_OBJECTS]
    return [(block, inputs) for block, inputs in blocks if isinstance(inputs, Mapping)]


def parse_row_id(value: str) -> int:
    """Return one of our row ids that Slack sent back. Raises NotUnderstood if it isn't one."""
    if not _ROW_ID.fullmatch(value):
        raise NotUnderstood(missing="a valid ID")
    return int(value)


def redact_and_shorten(value: str) -> str:
    """Return text without secrets, cut to `MAX_TEXT_LENGTH`, with a note of how much was left out.

    Secrets are removed before the cut, because half of one would not be recognized.
    """
    if len(value) <= MAX_TEXT_LENGTH:
        return redact(value)[0]
    unseen = max(0, len(value) - MAX_TEXT_LENGTH - SCAN_MARGIN)
    clean_of_secrets, _ = redact(value[: len(value) - unseen])
    # If text follows what was scanned, its end may hold half a secret, so that end is dropped.
    whole = len(clean_of_secrets) - (SCAN_MARGIN if unseen else 0)
    kept = clean_of_secrets[: max(0, min(MAX_TEXT_LENGTH, whole))]
    left_out = len(clean_of_secrets) - len(kept) + unseen
    return f"{kept}\n[left out: {left_out:,} characters]" if left_out else kept
