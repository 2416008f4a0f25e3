"""What somebody looks for in the library, read from what they typed; and why a page was found.

Whatever is typed is words, but for a few names before a colon: `service:checkout cause:timeout
item:alert alert:latency severity:P1 since:2026-01`. Several words to one name are put in quotes.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.domain.errors import BotError
from bot.domain.incident import Severity
from bot.domain.library_page import Page, sought, words
from bot.domain.severity_words import severity

MOST = 12  # words that are looked for; who types more has pasted something
SHOWN = 160  # characters of the line that says why
_FIELD = re.compile(
    r"(?<!\S)(service|cause|item|alert|severity|since|before):(?:[\"\u201c]([^\"\u201d]*)[\"\u201d]?|(\S*))",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class NothingSought(BotError):
    """There is no word to look for in that. Type some, as `{command} search pool exhausted
    service:checkout since:2026-01`."""


class NotADate(BotError):
    """“{given}” is no date that can be searched by. Give a year, a month or a day: `{name}:2026`,
    `{name}:2026-01`, `{name}:2026-01-31`."""


class NotASeverity(BotError):
    """“{given}” is no severity. Search for one of P0 to P4, as `severity:P1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: all of it. Words are folded as the index has them.

    `services` are looked for in titles and services, `causes` in causes and errors. `since` counts in,
    `before` does not.
    """

    words: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    since: datetime | None = None
    before: datetime | None = None

    @property
    def all_words(self) -> tuple[str, ...]:
        return (*self.words, *self.services, *self.causes, *self.items, *self.alerts)


def wanted(typed: str, command: str = "/incident") -> Wanted:
    """Read what somebody typed; raises where nothing is to be looked for, or a value is none."""
    fields: dict[str, list[str]] = {}
    for match in _FIELD.finditer(typed):
        fields.setdefault(match[1].casefold(), []).append(match[2] or match[3] or "")
    rest = _FIELD.sub(" ", typed)
    found = Wanted(
        words=_words([rest]),
        services=_words(fields.get("service", [])),
        causes=_words(fields.get("cause", [])),
        items=_words(fields.get("item", [])),
        alerts=_words(fields.get("alert", [])),
        severities=tuple(_severity(given) for given in fields.get("severity", [])),
        since=_day("since", fields),
        before=_day("before", fields),
    )
    if found == Wanted():
        raise NothingSought(command=command)
    return found


def is_prefix(word: str) -> bool:
    """Whether longer words are meant as well: "timeout" finds "timeouts", and 503 no 5031."""
    return len(word) > 2 and not word.isdecimal()  # noqa: PLR2004 - of two letters any word may begin


@dataclass(frozen=True, slots=True)
class Why:
    """Where a page has most of what was sought: the kind of line, and the line around it."""

    kind: str
    line: str


def why(page: Page, sought: Wanted) -> Why | None:
    """The line that says why a page was found; None where its title says it, or nothing was sought."""
    if not sought.all_words or _has(page.title, sought.all_words) == len(set(sought.all_words)):
        return None
    lines = list(_lines(page))
    best = max(lines, key=lambda each: _has(each[1], sought.all_words), default=None)
    if best is None or not _has(best[1], sought.all_words):
        return None
    return Why(best[0], _around(best[1], sought.all_words))


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    """The lines by their kinds; of two that say as much, the first is shown."""
    kinds = {
        "cause": page.traits.causes,
        "failure": page.traits.modes,
        "error": page.traits.errors,
        "alert": page.traits.alerts,
        "action item": page.items,
        "service": page.traits.services,
        "": page.told,
    }
    for kind, lines in kinds.items():
        yield from ((kind, line) for line in lines)


def _has(line: str, sought: Collection[str]) -> int:
    """How many of the words a line has."""
    there = set(words(line))
    return sum(_is_there(word, there) for word in set(sought))


def _is_there(word: str, there: Collection[str]) -> bool:
    if word in there:
        return True
    return is_prefix(word) and any(each.startswith(word) for each in there)


def _around(line: str, sought: Collection[str]) -> str:
    """The line, or the stretch of it that has the first of the words."""
    if len(line) <= SHOWN:
        return line
    for match in re.finditer(r"\S+", line):
        if _has(match[0], sought):
            start = max(0, match.start() - SHOWN // 3)
            break
    else:
        start = 0
    start = line.find(" ", start) + 1 if start else 0
    cut = line[start : start + SHOWN].strip()
    return ("…" if start else "") + cut + ("…" if start + SHOWN < len(line) else "")


def _words(typed: Collection[str]) -> tuple[str, ...]:
    found = dict.fromkeys(word for each in typed for word in sought(each))
    return tuple(found)[:MOST]


def _severity(given: str) -> Severity:
    found = severity(given)
    if found is None:
        raise NotASeverity(given=given)
    return found


def _day(name: str, fields: dict[str, list[str]]) -> datetime | None:
    """The beginning of a year, a month or a day, in UTC; the last one that was given."""
    if name not in fields:
        return None
    given = fields[name][-1]
    match = _DAY.fullmatch(given)
    try:
        day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        day = None
    if day is None:
        raise NotADate(given=given, name=name)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
