"""Due dates in words: `friday`, `in 2 weeks`, `eom`, `2026-12-04`.

dateparser parses months and distances. Common workplace shorthands are parsed here first, because
dateparser misreads some and doesn't know others. Nothing is guessed: a phrase is parsed as a whole
or not at all.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import dateparser

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(?P<day>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|"
    r"august|september|october|november|december)\.?"
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5} | {
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_YEAR = r"(?:,?\s\d{4})?"
_FRIDAY, _WEEK = 4, 7
_MAX_WORDS = 4  # words in a date

# The forms passed to dateparser. Outside them it finds dates in versions, codes and names.
_DATED = re.compile(
    rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?{_YEAR}"
    rf"|(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}{_YEAR}"
    r"|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
)
_DISTANT = re.compile(
    rf"(?:in|within)\s{_COUNT}\s(?:day|week|fortnight|month|year)s?"
    rf"|(?:in\s)?{_COUNT}\s(?:day|week|month|year)s?\sfrom\s(?:now|today)|(?:in\s)?a\sfortnight"
    r"|(?:the\s)?day\safter\stomorrow|next\smonth"
)
# Parsed if a date was asked for, or after `by`, `on`, `due`. At the end of a sentence they may be a
# fraction, a retention period, a person or a verb: "scale to 5/6", "keep logs 30 days", "ask Sun".
_AMBIGUOUS = re.compile(
    rf"\d{{1,2}}/\d{{1,2}}|{_COUNT}\s(?:day|week|fortnight|month|year)s?"
    r"|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
)
_HOUR = re.compile(r"\s(?:at\s)?(?:\d{1,2}:\d{2}(?:\s?[ap]m)?|\d{1,2}\s?[ap]m|noon)$")
_CUE = re.compile(r"(?:^|[\s,;(])(?:due\s(?:by|on|date)|by|on|due|before):?\s*$", re.IGNORECASE)
_LEADING_CUE = re.compile(r"(?:due )?(?:by|on|before)(?: the)? |due ")
_PREPOSITION = re.compile(
    r"\b(?:to|for|of|from|every|each|last|past|than|after|over|under|at|since|until|till|in|the)$",
    re.IGNORECASE,
)


def parse_due_date(phrase: str, *, today: date) -> date | None:
    """Parse a date in words. Return None for anything that isn't clearly a date.

    `today` is the date in the person's time zone. A weekday is the next one, never today; `next
    friday` is the Friday of next week. 12/01 is December 1, 13.12.2026 is December 13.
    """
    return _parse_phrase(_LEADING_CUE.sub("", _plain(phrase)), today)


def _plain(phrase: str) -> str:
    return " ".join(phrase.lower().split()).strip(" .,;:!()")


def _parse_phrase(phrase: str, today: date) -> date | None:
    words = _HOUR.sub("", phrase)
    for pattern, day in _SHORTHANDS:
        if match := pattern.fullmatch(words):
            return day(match, today)
    known = (_DATED, _DISTANT, _AMBIGUOUS)
    return (
        _parse_with_dateparser(words, today)
        if any(form.fullmatch(words) for form in known)
        else None
    )


def take_trailing_date(text: str, *, today: date) -> tuple[str, date | None, str]:
    """Split a date off the end of a text into the rest, the date and the phrase it was read from.

    If there is no date, or it's past, return the whole text, None and an empty phrase.
    """
    starts = [word.start() for word in re.finditer(r"\S+", text)]
    for start in starts[-_MAX_WORDS:]:
        before, phrase = text[:start].rstrip(), text[start:].strip(" .,;:!()")
        cue = _CUE.search(before)
        if not cue and (_AMBIGUOUS.fullmatch(_plain(phrase)) or _PREPOSITION.search(before)):
            continue
        due = _parse_phrase(_plain(phrase), today)
        if due and due >= today:
            rest = before[: cue.start()] if cue else before
            return rest.rstrip(" ,;:(-\u2013\u2014"), due, phrase
    return text, None, ""


def _parse_with_dateparser(words: str, today: date) -> date | None:
    relative = words.replace("from today", "from now").replace("within", "in")
    if _AMBIGUOUS.fullmatch(words) and "/" not in words:
        relative = f"in {relative}"
    is_dated = bool(_DATED.fullmatch(words) or "/" in words)
    settings = {
        "PREFER_DATES_FROM": "future",
        # "Nov 18" on that day means today, but dateparser takes the base moment itself for past.
        "RELATIVE_BASE": datetime.combine(today, time()) - timedelta(microseconds=is_dated),
        "RETURN_AS_TIMEZONE_AWARE": False,
        "REQUIRE_PARTS": ["day"],
        "DATE_ORDER": "DMY" if "." in words else "MDY",
    }
    parsed = dateparser.parse(relative, languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def _iso(match: re.Match[str], _: date) -> date | None:
    try:
        return date.fromisoformat(match[0])
    except ValueError:
        return None


def _add_days_or_weeks(match: re.Match[str], today: date) -> date:
    return today + int(match["count"]) * timedelta(days=_WEEK if match["unit"] == "w" else 1)


def _working_days(match: re.Match[str], today: date) -> date:
    day, days_left = today, _NUMBERS.get(match["count"]) or int(match["count"])
    while days_left:
        day += timedelta(days=1)
        days_left -= day.weekday() <= _FRIDAY
    return day


def _weekday(match: re.Match[str], today: date) -> date:
    number = next(i for i, name in enumerate(_DAYS) if name.startswith(match["day"][:3]))
    if match["which"] == "next":
        return today + timedelta(days=_WEEK - today.weekday() + number)
    return today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1)


def _friday(today: date) -> date:
    """Return the Friday of this week; on Saturday and Sunday, the next one."""
    return today + timedelta(days=(_FRIDAY - today.weekday()) % _WEEK)


def _month_end(today: date, months: int = 0) -> date:
    years, month = divmod(today.month - 1 + months, 12)
    year = today.year + years
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _end_of_named_month(match: re.Match[str], today: date) -> date | None:
    first = _parse_with_dateparser(f"{match['month']} 1 {match['year'] or ''}".strip(), today)
    if not match["year"] and first and first.month == today.month:
        return _month_end(today)  # the first of this month is past, but its end isn't
    return _month_end(first) if first else None


_Day = Callable[[re.Match[str], date], date | None]
_SHORTHANDS: tuple[tuple[re.Pattern[str], _Day], ...] = tuple(
    (re.compile(pattern), day)
    for pattern, day in (
        (r"\d{4}-\d{2}-\d{2}", _iso),
        (r"(?:today|tonight|eod|cob)|(?:eod|end of(?: the)? day)(?: today)?", lambda _, on: on),
        (
            r"(?:(?:eod|end of(?: the)? day) )?(?:tomorrow|tmrw)",
            lambda _, on: on + timedelta(days=1),
        ),
        (r"next week", lambda _, on: on + timedelta(days=_WEEK)),
        (r"eow|end of(?: the| this)? week", lambda _, on: _friday(on)),
        (r"end of next week", lambda _, on: _friday(on) + timedelta(days=_WEEK)),
        (r"eom|end of(?: the| this)? month", lambda _, on: _month_end(on)),
        (r"end of next month", lambda _, on: _month_end(on, 1)),
        (rf"end of (?P<month>{_MONTH})(?: (?P<year>\d{{4}}))?", _end_of_named_month),
        (r"(?:in |\+)?(?P<count>\d{1,3}) ?(?P<unit>[dw])", _add_days_or_weeks),
        (
            rf"(?:in |within )?(?P<count>{_COUNT}) (?:business|working|work) ?days?",
            _working_days,
        ),
        (rf"(?:(?P<which>this|next|coming) )?{_DAY}", _weekday),
    )
)
