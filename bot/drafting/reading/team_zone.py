"""Infer a team's time zone from times they mention as they happen.

People write "rule pushed 10:05" a minute after they pushed it. If several such times differ from
their messages' times by the same number of hours, that's the team's offset from UTC. Times without
a zone can then be read: "the first call came at 08:22".
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

_CLOCK = re.compile(
    r"(?<![\d:.,/-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:%])"
    r"(?!\s?(?:[ap]\.?m\b|UTC|GMT|Z\b|[A-Z]{1,3}T\b))"
)
_DAY, _STEP = 24 * 60, 30  # minutes; zones are multiples of half an hour
_MINUTES_BEFORE, _MINUTES_AFTER = 6, 2  # minutes between an event and its mention
_EARLIEST, _LATEST = -12 * 60, 14 * 60
_MIN_TIMES = 3  # times that must agree


def find_team_zone(texts: Iterable[tuple[str, datetime]]) -> tzinfo | None:
    """Return the zone inferred from texts, each with its time; None if too few times agree."""
    votes = Counter(
        offset
        for text, at in texts
        if ":" in text
        for clock in _CLOCK.finditer(text)
        if (offset := _utc_offset(int(clock["hour"]) * 60 + int(clock["minute"]), at)) is not None
    )
    (best, count), (_, second) = [*votes.most_common(2), (0, 0), (0, 0)][:2]
    if count < _MIN_TIMES or count < 2 * second:
        return None
    return timezone(timedelta(minutes=best), "team")


def _utc_offset(minute_of_day: int, at: datetime) -> int | None:
    """Return the offset from UTC in minutes that makes minute-of-day `minute_of_day` about now, or None."""
    difference_today = minute_of_day - (at.hour * 60 + at.minute)
    for difference in (difference_today, difference_today - _DAY, difference_today + _DAY):
        offset = -(-(difference - _MINUTES_AFTER) // _STEP) * _STEP
        if offset - difference <= _MINUTES_BEFORE and _EARLIEST <= offset <= _LATEST:
            return offset
    return None
