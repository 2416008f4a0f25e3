"""Times in people's messages: "since 9:05 PST", "started 10 minutes ago", "at 14:32 we…".

A clock time with a zone is read in that zone. Without one, it's read in the zone of `at`, which is
the team's own if known. If it isn't, `at` is in UTC, and the time must then be less than two hours
before the message: in any other zone it would be further away, except for the few just west of
Greenwich. Abbreviations with several meanings (CST, IST) aren't read.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from zoneinfo import ZoneInfo

_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "jst": 9,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "aest": 10, "aedt": 11,
}  # fmt: skip
# One name for summer and winter time, so the date decides.
_AREAS = {
    "PT": "America/Los_Angeles", "MT": "America/Denver", "CT": "America/Chicago", "ET": "America/New_York",
}  # fmt: skip
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::\d{2})?\s?(?P<half>[ap]\.?m\b)?"
    r"\s?(?P<zone>[A-Za-z]{1,4}\b)?"
)
_ABOUT = r"(?:about |around |roughly |approximately |approx\.? |ca\.? |~ ?)?"
_AT = rf"(?:at |from |around |about |since |the )?{_ABOUT}"
_BEGAN_AT = re.compile(
    (
        r"\b(?:since|(?:start|fir)(?:ed|ing|s)|began|begin(?:s|ning)?|begun|broke|died|crashed"
        r"|expired|dropped|spiked|fell|stopped|(?:dropp|fall|fail|ris|climb|spik|error|degrad)ing"
        r"|(?:went|been|is|was) down|first (?:errors?|failures?|seen|one|timeouts?"
        rf"|5\d\d)(?: \w+){{0,4}}?)\s+{_AT}{_CLOCK}"
    ),
    re.IGNORECASE,
)
# In a note or a reply: the time, then what began.
_AT_BEGAN = re.compile(
    (
        r"^\W{0,6}(?:(?:note|fyi|for the record|correction)\W{1,6})?(?:at |around "
        rf"|since )?{_ABOUT}{_CLOCK}\W{{1,6}}(?:\w+ ){{0,3}}?(?:start(?:ed|s)|began|begins|begun"
        r"|broke|(?:went|was|were) down)\b"
    ),
    re.IGNORECASE,
)
_SAID_AT = re.compile(rf"\b(?:at|as of)\s+{_ABOUT}{_CLOCK}", re.IGNORECASE)
_SINCE = re.compile(rf"\bsince\s+{_ABOUT}{_CLOCK}", re.IGNORECASE)
_TIME_AT_START = re.compile(rf"^\W*(?:at |since |from )?{_ABOUT}{_CLOCK}(?!\w)", re.IGNORECASE)
_SPAN_ENDS = re.compile(
    (
        r"\b(?:between"
        rf"|from)\s+{_ABOUT}(?P<first>\d{{1,2}}:\d{{2}}\s?(?:[ap]\.?m\b)?\s?(?:[A-Za-z]{{1,4}}\b)?)\s?(?:and|to|until|till|-|\u2013)\s?{_ABOUT}{_CLOCK}"
    ),
    re.IGNORECASE,
)
_CLOCK_TIME = re.compile(_CLOCK, re.IGNORECASE)
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "half an": 0.5,
}  # fmt: skip
_SPAN = (
    rf"(?P<count>\d{{1,4}}|half an|(?:{'|'.join(_NUMBERS)})) ?(?P<unit>min(?:ute)?s?|m"
    r"|h(?:ou)?rs?|h)\b"
)
_BEGAN_AGO = re.compile(
    (
        r"\b(?:since|start(?:ed|ing)|began|begun|broke|fail(?:ed|ing)|dropp\w+|spik\w+|went|crashed"
        rf"|died|expired)\b[^.!?\d]{{0,40}}?{_SPAN} ago\b"
    ),
    re.IGNORECASE,
)
_LASTING = re.compile(
    rf"\bfor (?:the )?(?:last |past )?{_ABOUT}{_SPAN}(?P<now> now| already)?", re.IGNORECASE
)
_ZONE_LIKE = re.compile(r"[A-Z]{1,3}T")
_UNZONED = timedelta(hours=2)


def parse_beginning(clause: str, at: datetime) -> datetime | None:
    """Return when a clause said `at` says that something began, or None."""
    if ends := parse_span(clause, at):
        return ends[0]
    clock = _AT_BEGAN.match(clause) or _BEGAN_AT.search(clause)
    return (_resolve_time(clock, at) if clock else None) or _parse_time_ago(clause, at)


def has_clock_time(clause: str) -> bool:
    """Return whether a clause gives a start by the clock, which is firmer than "20 minutes ago"."""
    return any(pattern.search(clause) for pattern in (_AT_BEGAN, _BEGAN_AT, _SPAN_ENDS))


def parse_span(clause: str, at: datetime) -> tuple[datetime, datetime] | None:
    """Return both ends of a time range in a clause said `at`, in order, or None."""
    match = _SPAN_ENDS.search(clause)
    if not match:
        return None
    # "between 9:40 and 11:35 UTC": the zone is given once, for both.
    zone = match["zone"] or ""
    named = match["first"].strip()
    start = _CLOCK_TIME.fullmatch(named if named[-1].isalpha() else f"{named} {zone}".strip())
    ends = (_resolve_time(start, at) if start else None, _resolve_time(match, at))
    return (ends[0], ends[1]) if ends[0] and ends[1] and ends[0] < ends[1] else None


def parse_said_time(clause: str, at: datetime) -> datetime | None:
    """Return the time in a clause said `at`, as in "at 14:32 we rolled back", or None."""
    clock = _SAID_AT.search(clause)
    return _resolve_time(clock, at) if clock else None


def parse_since(clause: str, at: datetime) -> datetime | None:
    """Return the time after "since" in a clause said `at`, or None."""
    clock = _SINCE.search(clause)
    return _resolve_time(clock, at) if clock else None


def parse_bare_time(text: str, at: datetime) -> datetime | None:
    """Return the time at the start of a reply said `at`, such as "around 14:02", or None."""
    clock = _TIME_AT_START.match(text)
    return _resolve_time(clock, at) if clock else None


def _parse_time_ago(clause: str, at: datetime) -> datetime | None:
    """Return a time relative to when it was said: "10 minutes ago", "for the last hour"."""
    if ago := _BEGAN_AGO.search(clause):
        return at - _duration_of(ago)
    lasting = _LASTING.search(clause)
    is_until_now = lasting and (lasting["now"] or re.search("last|past", lasting[0], re.IGNORECASE))
    return at - _duration_of(lasting) if lasting and is_until_now else None


def _duration_of(span: re.Match[str]) -> timedelta:
    word = span["count"].lower()
    count = float(word) if word.isdigit() else _NUMBERS[word]
    return timedelta(hours=count) if span["unit"][0] in "hH" else timedelta(minutes=count)


def _resolve_time(clock: re.Match[str], at: datetime) -> datetime | None:
    """Return the last such time before the message; None if it's invalid or its zone is unknown."""
    time, letters = _hour_and_minute(clock), clock["zone"] or ""
    zone = _find_zone(letters)
    if time is None or (zone is None and _ZONE_LIKE.fullmatch(letters)):
        return None
    local_at = at.astimezone(zone) if zone else at
    moment = local_at.replace(hour=time[0], minute=time[1], second=0, microsecond=0)
    moment -= timedelta(days=moment > local_at)
    is_zone_known = zone is not None or at.tzinfo is not UTC
    return moment.astimezone(UTC) if is_zone_known or at - moment < _UNZONED else None


def _find_zone(letters: str) -> tzinfo | None:
    if letters in _AREAS:
        return ZoneInfo(_AREAS[letters])
    hours = _ZONES.get(letters.lower())
    return None if hours is None else fixed(timedelta(hours=hours))


def _hour_and_minute(clock: re.Match[str]) -> tuple[int, int] | None:
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = (clock["half"] or "").lower()
    if not clock["minute"] and not half:
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour, minute) if hour <= 23 and minute <= 59 else None  # noqa: PLR2004 - a clock's
