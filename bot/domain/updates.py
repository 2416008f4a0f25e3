"""An update on a running incident, and when the next one is promised: `30m`, `1h`, `in 30 minutes`."""

import re
from dataclasses import dataclass
from datetime import timedelta

LONGEST = timedelta(days=1)  # further ahead nobody waits for an update

_HOURS, _MINUTES = r"(?:h|hrs?|hours?)", r"(?:m|mins?|minutes?)"
_SHORT = (  # as one word: what has a space may be part of the sentence, as in "5 minutes ago"
    rf"(?:(?P<hours>\d{{1,2}}){_HOURS}(?:(?P<and>\d{{1,2}}){_MINUTES}?)?|(?P<minutes>\d{{1,4}}){_MINUTES})"
)
_LONG = rf"""(?:(?P<half>half\s+an\s+hour)|(?P<one>an\s+hour)
    |(?P<hours>\d{{1,2}})\s*{_HOURS}(?:\s*(?:and\s+)?(?P<and>\d{{1,2}})\s*{_MINUTES})?
    |(?P<minutes>\d{{1,4}})\s*{_MINUTES})"""
_END = (
    r"(?=\s|[,;:.)\u2013\u2014-]|$)(?!\s+(?:ago|of|in|after|before|later)\b)[\s,;:.)\u2013\u2014-]*"
)
_HEADS = (
    re.compile(rf"{_SHORT}{_END}", re.IGNORECASE),
    re.compile(rf"(?:next(?:\s+update)?\s+)?in\s+{_LONG}{_END}", re.IGNORECASE | re.VERBOSE),
)
_TAIL = re.compile(
    rf"\bnext(?:\s+(?:update|one))?(?:\s+(?:is|comes))?(?:\s+due)?:?\s+(?:in|within)\s+{_LONG}\s*(?:[.!]\s*)?$",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """What somebody tells of how it stands.

    `next_in` is when the next one is promised: None where nothing was said of that, zero where none
    is. `status` is the one that is set with it, as it was given; empty where it stays.
    """

    text: str
    next_in: timedelta | None = None
    status: str = ""


def read(typed: str) -> Update:
    """Read what was typed after the word: a time at the head is taken off, one at the end stays."""
    typed = typed.strip()
    for pattern in _HEADS:
        found = pattern.match(typed)
        if found:
            return Update(text=typed[found.end() :].strip(), next_in=_span(found))
    promised = _TAIL.search(typed)
    return Update(text=typed, next_in=_span(promised) if promised else None)


def _span(found: re.Match[str]) -> timedelta:
    said = found.groupdict()
    if said.get("half"):
        return timedelta(minutes=30)
    if said.get("one"):
        return timedelta(hours=1)
    minutes = int(said["minutes"] or 0) + int(said["and"] or 0)
    return timedelta(hours=int(said["hours"] or 0), minutes=minutes)
