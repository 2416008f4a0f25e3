"""Monitoring messages: tell whether one raises or clears an alert.

Whatever tool sends it, an alert starts with its state in capitals, in brackets or before a colon.
The message that clears it differs in little more than that word.
"""

import re
from enum import StrEnum

from bot.domain.timeline import EventKind, TimelineEvent


class AlarmState(StrEnum):
    """The state reported by a monitoring message."""

    RAISED = "raised"
    ENDED = "ended"


_RAISED = re.compile(
    (
        r"^\W{0,6}(?:firing|alert(?:ing)?|triggered|critical|problem|warning|error|down|failed"
        r"|failure|page)\b"
    ),
    re.IGNORECASE,
)
_ENDED = re.compile(
    (
        r"^\W{0,6}(?:resolved|recover(?:ed|y)|ok|cleared|closed|up)\b"
        r"|^[^.!?\n]{0,40}\b(?:alert|alarm|monitor|check|incident"
        r"|trigger)\b[^.!?\n]{0,20} (?:resolved|recovered|cleared|closed|ended)\b"
    ),
    re.IGNORECASE,
)
# A state in capitals or brackets, as tools write it and people don't.
_MACHINE_STATE = re.compile(
    r"^\W{0,6}(?:\[(?:FIRING|RESOLVED|ALERT|OK)\b|(?:FIRING|RESOLVED|ALERT|CRITICAL|PROBLEM"
    r"|RECOVERY)[ :])"
)
_TROUBLE_WORDS = re.compile(
    (
        r"\b(?:alert|alarm|fired|above|below|exceed\w*|over (?:the )?(?:limit|threshold)|threshold"
        r"|breach\w*|miss(?:ed)?|detected|fail\w*|errors?|down|unreachable|timeouts?|crash\w*"
        r"|critical|unhealthy|unavailable|late|expected \d|leak\w*|exposed|overdue|5\d\d|> ?\d)\b"
    ),
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_STATE = re.compile(
    (
        r"\b(?:firing|resolved|recovered|recovery|alert(?:ing)?|triggered|critical|problem|warning|ok"
        r"|cleared|closed|is|was|down|up)\b"
    ),
    re.IGNORECASE,
)
_FIGURES = re.compile(r"[\d.,%:#\[\]()]+")


def classify_alarm(event: TimelineEvent, text: str) -> AlarmState | None:
    """Return the state in a message by an app, or by a person in the form of an alert, or None."""
    if event.kind is not EventKind.ALERT and not (
        event.kind is EventKind.MESSAGE and _MACHINE_STATE.match(text)
    ):
        return None
    if _ENDED.search(text):
        return AlarmState.ENDED
    return AlarmState.RAISED if _RAISED.search(text) or _TROUBLE_WORDS.search(text) else None


def alert_name(text: str) -> str:
    """Return what an alert is about, for comparison: its text without state and figures."""
    return alert_label(text.casefold())


def alert_label(text: str) -> str:
    """Return what an alert is about, for people to read."""
    first = text.split("\n", 1)[0]
    return _SPACES.sub(" ", _FIGURES.sub(" ", _STATE.sub(" ", first))).strip()
