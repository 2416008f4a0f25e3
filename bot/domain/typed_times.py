"""Parse typed times: `14:32`, `yesterday 23:50`, `Nov 30 07:50`, `2026-11-30 07:50`.

They may be followed by text: `14:32 cache restarted`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.domain.errors import NotATime

_LEEWAY = timedelta(minutes=1)  # tolerance for a clock ahead of ours
_ONE_DAY = timedelta(days=1)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = rf"(?P<{{}}>{'|'.join(_MONTHS)})[a-z]{{{{0,6}}}}\.?"
_DAY = re.compile(
    rf"""\s*(?:on\s+)?(?:
      (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})(?:T|,?\s+)
    | (?:{_MONTH.format("month")}\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?
      | (?P<day_first>\d{{1,2}})(?:st|nd|rd|th)?\.?\s{{1,3}}{_MONTH.format("month_after")})
      (?:,?\s{{1,3}}(?P<year>\d{{4}}))?,?\s+
    | (?P<named>yesterday|today)\s*,?\s+
    | (?P<weekday>{"|".join(_WEEKDAYS)})(?:(?:s|nes|rs|ur)?day|rs?|s)?\s*,?\s+
    )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_TIME = re.compile(
    r"""\s*(?:at\s+)?
    (?P<hour>\d{1,2}) (?: :(?P<minute>\d{2}) (?: :(?P<second>\d{2}) )? )?
    (?: \s?(?P<half>[ap])\.?m\b\.? )?
    (?: \s?(?P<utc>Z|UTC|GMT)\b | \s(?P<zone>(?-i:[CEW]ES?T|[CEMPA][SD]T|[BIJN]ST|MSK|AE[SD]T))\b )?
    (?= \s | [,;:.)-](?:\s|$) | $ ) [\s,;:.)\u2013\u2014-]*""",
    re.VERBOSE | re.IGNORECASE,
)


_UTC = re.compile(r"\d\s?(?:[ap]\.?m\.?\s?)?(?:Z|UTC|GMT)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What a time without a date is close to: an incident from declaration to end, or one entry.

    `now` is when the time was typed; no time can be later.
    """

    since: datetime
    until: datetime
    now: datetime

    def distance(self, at: datetime) -> timedelta:
        """Return how far a time is from the span; zero if it's within."""
        return max(self.since - at, at - self.until, timedelta(0))


class _ParsedTime(NamedTuple):
    """A time at the start of a text; `day` is None if there was only a clock time."""

    clock: timedelta
    day: date | None
    zone: tzinfo
    end: int


def take_time(text: str, *, near: Span, zone: tzinfo) -> tuple[datetime | None, str]:
    """Split a time off the start of `text`. Without a date, it's the one nearest to the span.

    Return the time in UTC and the rest, or None and the unchanged text. Times without a zone are in
    `zone`. Raises NotATime for an impossible time, or one in the future. A time with a zone
    abbreviation other than UTC (`14:32 PST`) isn't parsed: abbreviations are ambiguous, and a wrong
    time in a record is worse than none.
    """
    parsed = _parse(text, near.now, zone)
    if parsed is None:
        return None, text
    at = _nearest(parsed, near)
    if at is None:
        raise NotATime(given=text[: parsed.end].strip())
    return at, text[parsed.end :].strip()


def names_utc(text: str) -> bool:
    """Tell whether a typed time says that it's in UTC, so that no zone has to be known."""
    return _UTC.search(text) is not None


def parse_time(text: str, *, near: Span, zone: tzinfo) -> datetime:
    """Parse a text that is only a time, `14:32` or `2026-03-10 14:32`.

    Raises NotATime if it isn't one.
    """
    at, rest = take_time(text.strip(), near=near, zone=zone)
    if at is None or rest:
        raise NotATime(given=text)
    return at


def _parse(text: str, now: datetime, zone: tzinfo) -> _ParsedTime | None:
    day = _DAY.match(text)
    match = _TIME.match(text, day.end() if day else 0)
    if not match or match["zone"] or not (match["minute"] or match["half"]):
        return None
    stated_zone = UTC if match["utc"] else zone
    return _ParsedTime(
        clock=_clock(match),
        day=_parse_day(day, now.astimezone(stated_zone).date()) if day else None,
        zone=stated_zone,
        end=match.end(),
    )


def _clock(match: re.Match[str]) -> timedelta:
    """Return the time since midnight. Raises NotATime if it's impossible."""
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    possible = minute < 60 and second < 60  # noqa: PLR2004 - minutes and seconds
    if match["half"]:
        possible = possible and 1 <= hour <= 12  # noqa: PLR2004 - a 12-hour clock
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if hour > 23 or not possible:  # noqa: PLR2004 - hours of a day
        raise NotATime(given=match[0].strip())
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _parse_day(match: re.Match[str], today: date) -> date:
    """Return the named date; without a year, the last such date."""
    try:
        if match["iso"]:
            year, month, number = map(int, match["iso"].split("-"))
            return date(year, month, number)
        if match["named"]:
            return today - _ONE_DAY * (match["named"].lower() == "yesterday")
        if match["weekday"]:
            back = today.weekday() - _WEEKDAYS.index(match["weekday"].lower())
            return today - timedelta(days=back % 7)
        return _parse_month_day(match, today)
    except ValueError:
        raise NotATime(given=match[0].strip()) from None


def _parse_month_day(match: re.Match[str], today: date) -> date:
    month = _MONTHS.index((match["month"] or match["month_after"]).lower()) + 1
    number = int(match["day"] or match["day_first"])
    if match["year"]:
        return date(int(match["year"]), month, number)
    years = (today.year, today.year - 1)
    return next(day for year in years if (day := date(year, month, number)) <= today)


def _nearest(parsed: _ParsedTime, near: Span) -> datetime | None:
    """Return the candidate closest to the span, and of equally close ones the latest, or None."""
    passed = [at for at in _candidates(parsed, near) if at <= near.now + _LEEWAY]
    return min(passed, key=lambda at: (near.distance(at), -at.timestamp()), default=None)


def _candidates(parsed: _ParsedTime, near: Span) -> Iterator[datetime]:
    for day in [parsed.day] if parsed.day else _days(near, parsed.zone):
        local = datetime.combine(day, datetime.min.time()) + parsed.clock
        # When summer time ends, an hour occurs twice and may mean either.
        for fold in (1, 0):
            with suppress(OverflowError):  # at the limits of `datetime`
                yield local.replace(tzinfo=parsed.zone, fold=fold).astimezone(UTC).replace(fold=0)


def _days(near: Span, zone: tzinfo) -> Iterator[date]:
    """Yield every date of the span, and one on each side."""
    since, until = (at.astimezone(zone).date() for at in (near.since, near.until))
    for number in range(-1, (until - since).days + 2):
        yield since + timedelta(days=number)
