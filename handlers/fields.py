"""Typed reading of what Slack sends: untyped JSON in, text and parts of the right type out.

A payload's fields may be missing, null, or of another type. A reader asks for what it needs: what
may be missing has a default, and what may not is `NotUnderstood`, by name.
"""

import re
from collections.abc import Mapping

from bot.domain.errors import BotError
from bot.redaction import redact
from bot.slack_text.json_values import MOST, Payload, clean, part, parts, text

__all__ = ["MOST", "Payload", "clean", "part", "parts", "text"]

LONGEST = 40_000  # characters; Slack cuts a longer message itself
# Looked at beyond that, so that no secret is cut in two: a private key has fewer characters.
BEYOND = 20_000
LONGEST_ID = 255  # characters of whatever tells one thing from another
_ROW = re.compile(r"[0-9]{1,9}", re.ASCII)
_TS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?", re.ASCII)


class NotUnderstood(BotError):
    """Slack sent this without {missing} that can be read, so nothing was done. Please try again."""


def needed(payload: Payload, name: str) -> str:
    """What tells a thing from another: its id or name. NotUnderstood when it is not there."""
    value = text(payload, name)
    if not value or len(value) > LONGEST_ID:
        raise NotUnderstood(missing=f"a `{name}`")
    return value


def ts(payload: Payload, name: str = "ts") -> str:
    """Slack's time and id of a message, as text. NotUnderstood when it is no time."""
    value = optional_ts(payload, name)
    if not value:
        raise NotUnderstood(missing=f"a `{name}`")
    return value


def optional_ts(payload: Payload, name: str) -> str:
    """As `ts`; empty when it is not there or no time."""
    value = payload.get(name)
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def texts(payload: Payload, name: str) -> list[str]:
    """The first texts of a list in a field."""
    value = payload.get(name)
    listed = value[:MOST] if isinstance(value, list) else []
    return [clean(each) for each in listed if isinstance(each, str) and each]


def count(payload: Payload, name: str) -> int:
    """The whole number in a field; 0 when there is none."""
    value = payload.get(name)
    return value if isinstance(value, int) else 0


def inputs(view: Payload) -> list[tuple[str, Payload]]:
    """What was put into a form: by block id, the inputs of the block."""
    values = part(part(view, "state"), "values")
    blocks = list(values.items())[:MOST]
    return [(block, inputs) for block, inputs in blocks if isinstance(inputs, Mapping)]


def number(value: str) -> int:
    """The number of a row of ours that went to Slack and came back. NotUnderstood when it is none."""
    if not _ROW.fullmatch(value):
        raise NotUnderstood(missing="a number of ours")
    return int(value)


def shortened(value: str) -> str:
    """What somebody wrote, without secrets, cut to Slack's longest with a note of what is missing.

    Secrets are taken out before the cut: half of one would not be known for what it is.
    """
    if len(value) <= LONGEST:
        return redact(value)[0]
    unseen = max(0, len(value) - LONGEST - BEYOND)
    clean_of_secrets, _ = redact(value[: len(value) - unseen])
    # The end of what was looked at may be half a secret, when something comes after it.
    whole = len(clean_of_secrets) - (BEYOND if unseen else 0)
    kept = clean_of_secrets[: max(0, min(LONGEST, whole))]
    left_out = len(clean_of_secrets) - len(kept) + unseen
    return f"{kept}\n[left out: {left_out:,} characters]" if left_out else kept
