"""Messages of monitoring: whether one raises an alarm or takes it back.

Whatever sends them, an alert begins with its state, in capitals or brackets or before a colon, and
the message that ends it differs from the one that raised it in little more than that word.
"""

import re
from enum import StrEnum

from bot.domain.timeline import Kind, TimelineEvent


class Alarm(StrEnum):
    """What a message of monitoring says."""

    RAISED = "raised"
    ENDED = "ended"


_RAISED = re.compile(
    r"^\W{0,6}(?:firing|alert(?:ing)?|triggered|critical|problem|warning|error|down|failed|failure|page)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"^\W{0,6}(?:resolved|recover(?:ed|y)|ok|cleared|closed|up)\b"
    r"|^[^.!?\n]{0,40}\b(?:alert|alarm|monitor|check|incident|trigger)\b[^.!?\n]{0,20} (?:resolved|recovered|cleared|closed|ended)\b",
    re.IGNORECASE,
)
# The head that nobody types: a state in capitals or brackets, as a machine writes it.
_MACHINE = re.compile(
    r"^\W{0,6}(?:\[(?:FIRING|RESOLVED|ALERT|OK)\b|(?:FIRING|RESOLVED|ALERT|CRITICAL|PROBLEM|RECOVERY)[ :])"
)
_LEVEL = re.compile(
    r"\b(?:alert|alarm|fired|above|below|exceed\w*|over (?:the )?(?:limit|threshold)|threshold|breach\w*|miss(?:ed)?|detected|"
    r"fail\w*|errors?|down|unreachable|timeouts?|crash\w*|critical|unhealthy|unavailable|late|expected \d|leak\w*|exposed|overdue|5\d\d|> ?\d)\b",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_STATE = re.compile(
    r"\b(?:firing|resolved|recovered|recovery|alert(?:ing)?|triggered|critical|problem|warning|ok|cleared|closed|is|was|down|up)\b",
    re.IGNORECASE,
)
_CHANGING = re.compile(r"[\d.,%:#\[\]()]+")


def alarm(event: TimelineEvent, text: str) -> Alarm | None:
    """What an application's message (or one in an alert's form) says; None for other messages."""
    if event.kind is not Kind.ALERT and not (event.kind is Kind.MESSAGE and _MACHINE.match(text)):
        return None
    if _ENDED.search(text):
        return Alarm.ENDED
    return Alarm.RAISED if _RAISED.search(text) or _LEVEL.search(text) else None


def name(text: str) -> str:
    """What an alert is about, to be compared: its text without its state and its figures."""
    return label(text.casefold())


def label(text: str) -> str:
    """What an alert is about, to be read."""
    first = text.split("\n", 1)[0]
    return _SPACES.sub(" ", _CHANGING.sub(" ", _STATE.sub(" ", first))).strip()
