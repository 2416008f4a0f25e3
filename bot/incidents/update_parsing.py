"""Parse a status update, and when the next one is due: `30m`, `1h`, `in 30 minutes`."""

import re
from dataclasses import dataclass
from datetime import timedelta

MAX_INTERVAL = timedelta(days=1)  # nobody waits for an update longer than that

_HOURS, _MINUTES = r"(?:h|hrs?|hours?)", r"(?:m|mins?|minutes?)"
_SHORT = (  # without spaces, since words with spaces may belong to the sentence: "5 minutes ago"
    rf"(?:(?P<hours>\d{{1,2}}){_HOURS}(?:(?P<and>\d{{1,2}}){_MINUTES}?)?|(?P<minutes>\d{{1,4}}){_MINUTES})"
)
_LONG = rf"""(?:(?P<half>half\s+an\s+hour)|(?P<one>an\s+hour)
    |(?P<hours>\d{{1,2}})\s*{_HOURS}(?:\s*(?:and\s+)?(?P<and>\d{{1,2}})\s*{_MINUTES})?
    |(?P<minutes>\d{{1,4}})\s*{_MINUTES})"""
_END = (
    r"(?=\s|[,;:.)\u2013\u2014-]|$)(?!\s+(?:ago|of|in|after|before|later)\b)[\s,;:.)\u2013\u2014-]*"
)
_TIMES_AT_START = (
    re.compile(rf"{_SHORT}{_END}", re.IGNORECASE),
    re.compile(rf"(?:next(?:\s+update)?\s+)?in\s+{_LONG}{_END}", re.IGNORECASE | re.VERBOSE),
)
_TIME_AT_END = re.compile(
    rf"\bnext(?:\s+(?:update|one))?(?:\s+(?:is|comes))?(?:\s+due)?:?\s+(?:in|within)\s+{_LONG}\s*(?:[.!]\s*)?$",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusUpdate:
    """A status update.

    `next_in` is the time until the next update: None if it isn't stated, zero if there won't be
    one. `status` is the new status as given; empty if it doesn't change.
    """

    text: str
    next_in: timedelta | None = None
    status: str = ""


def parse_update(typed: str) -> StatusUpdate:
    """Parse the text after `update`.

    A time at the start is removed; one at the end stays in the text.
    """
    typed = typed.strip()
    for pattern in _TIMES_AT_START:
        match = pattern.match(typed)
        if match:
            return StatusUpdate(text=typed[match.end() :].strip(), next_in=_parse_interval(match))
    promised = _TIME_AT_END.search(typed)
    return StatusUpdate(text=typed, next_in=_parse_interval(promised) if promised else None)


def _parse_interval(match: re.Match[str]) -> timedelta:
    groups = match.groupdict()
    if groups.get("half"):
        return timedelta(minutes=30)
    if groups.get("one"):
        return timedelta(hours=1)
    minutes = int(groups["minutes"] or 0) + int(groups["and"] or 0)
    return timedelta(hours=int(groups["hours"] or 0), minutes=minutes)
