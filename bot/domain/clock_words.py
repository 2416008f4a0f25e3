"""Times as people type them: `14:32 cache restarted`."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

_LEEWAY = timedelta(minutes=1)  # a watch that runs ahead of ours
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})[T\s]+", re.ASCII)
_TIME = re.compile(
    r"""\s*(?:at\s+)?
    (?P<hour>\d{1,2}) (?: :(?P<minute>\d{2}) (?: :(?P<second>\d{2}) )? )?
    (?: \s?(?P<half>[ap])\.?m\b\.? )?
    (?: \s?(?P<utc>Z|UTC|GMT)\b | \s(?P<zone>(?-i:[CEW]ES?T|[CEMPA][SD]T|[BIJN]ST|MSK|AE[SD]T))\b )?
    (?= \s | [,;:.)-](?:\s|$) | $ ) [\s,;:.)\u2013\u2014-]*""",
    re.VERBOSE | re.IGNORECASE,
)


def take_time(text: str, *, at: datetime, zone: tzinfo) -> tuple[datetime | None, str]:
    """Take a time off the head of `text`: the latest such time in `zone` that is not after `at`.

    Gives the time in UTC and the rest, or None and the text as it was. A time with a zone's letters
    other than UTC (`14:32 PST`) is left alone: the letters mean several zones, and a wrong time in
    a record is worse than none.
    """
    found = _TIME.match(text)
    if not found or found["zone"] or not (found["minute"] or found["half"]):
        return None, text
    clock = _clock(found)
    if clock is None:
        return None, text
    there = UTC if found["utc"] else zone
    return _latest(clock, at, there), text[found.end() :].strip()


def read_time(text: str, *, near: datetime, at: datetime, zone: tzinfo) -> datetime | None:
    """Read a time that stands alone, `14:32` or `2026-03-10 14:32`; None when it is none.

    Without a day it is the time that is nearest to `near`; none is after `at`.
    """
    day = _DAY.match(text)
    until = min(at, near + timedelta(hours=12))
    if day:
        try:
            until = datetime.fromisoformat(f"{day[1]}T23:59:59").replace(tzinfo=zone)
        except ValueError:
            return None
    read, rest = take_time(text[day.end() :] if day else text.strip(), at=until, zone=zone)
    return read if read and not rest and read <= at + _LEEWAY else None


def _clock(found: re.Match[str]) -> timedelta | None:
    """Hours, minutes and seconds since midnight; None for what no clock shows."""
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - a day
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _latest(clock: timedelta, at: datetime, zone: tzinfo) -> datetime:
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # An hour that a clock shows twice, when summer ends, is meant the second time if that is past.
    candidates = (
        (midnight - timedelta(days=days) + clock).replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for days in (0, 1)
        for fold in (1, 0)
    )
    return next(moment.replace(fold=0) for moment in candidates if moment <= at + _LEEWAY)
