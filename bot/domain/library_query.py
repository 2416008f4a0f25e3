"""Parse a search of the library, and find the line of a page that matches it.

Everything is a word to search for, except for filters: `service:checkout cause:timeout item:alert
alert:latency severity:P1 since:2026-01`. Several words for one filter are quoted.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.domain.errors import BotError
from bot.domain.incident import Severity
from bot.domain.library_page import LibraryPage, split_search_words, split_words
from bot.domain.severity_words import parse_severity

MAX_WORDS = 12  # words to search for; a longer text was pasted
EXCERPT_LENGTH = 160  # characters of the line that matched
_FIELD = re.compile(
    r"(?<!\S)(service|cause|item|alert|severity|since|before):(?:[\"\u201c]([^\"\u201d]*)[\"\u201d]?|(\S*))",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class NoSearchWords(BotError):
    """Type something to search for, such as `{command} search pool exhausted service:checkout
    since:2026-01`."""


class NotADate(BotError):
    """“{given}” isn't a date. Give a year, a month or a day: `{name}:2026`, `{name}:2026-01`,
    `{name}:2026-01-31`."""


class NotASeverity(BotError):
    """“{given}” isn't a severity. Use P0 to P4, such as `severity:P1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search. All conditions must match; words are folded as in the index.

    `services` are searched in titles and services, `causes` in causes and errors. `since` is
    inclusive, `before` is exclusive.
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


def parse_query(typed: str, command: str = "/incident") -> SearchQuery:
    """Parse a search.

    Raises NoSearchWords if it's empty, NotADate and NotASeverity for invalid values.
    """
    fields: dict[str, list[str]] = {}
    for match in _FIELD.finditer(typed):
        fields.setdefault(match[1].casefold(), []).append(match[2] or match[3] or "")
    rest = _FIELD.sub(" ", typed)
    query = SearchQuery(
        words=_split_fields([rest]),
        services=_split_fields(fields.get("service", [])),
        causes=_split_fields(fields.get("cause", [])),
        items=_split_fields(fields.get("item", [])),
        alerts=_split_fields(fields.get("alert", [])),
        severities=tuple(_parse_severity(word) for word in fields.get("severity", [])),
        since=_parse_day("since", fields),
        before=_parse_day("before", fields),
    )
    if query == SearchQuery():
        raise NoSearchWords(command=command)
    return query


def is_prefix(word: str) -> bool:
    """Return whether longer words match as well: "timeout" finds "timeouts", but 503 not 5031."""
    return len(word) > 2 and not word.isdecimal()  # noqa: PLR2004 - too many words start with the same two letters


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """The line of a page with the most words of a search, and its kind."""

    kind: str
    line: str


def find_matching_line(page: LibraryPage, query: SearchQuery) -> MatchedLine | None:
    """Return the line that matches best; None if the title has all words, or there are no words."""
    if not query.all_words or _count_matches(page.title, query.all_words) == len(
        set(query.all_words)
    ):
        return None
    lines = list(_lines(page))
    best = max(lines, key=lambda line: _count_matches(line[1], query.all_words), default=None)
    if best is None or not _count_matches(best[1], query.all_words):
        return None
    return MatchedLine(best[0], _excerpt(best[1], query.all_words))


def _lines(page: LibraryPage) -> Iterator[tuple[str, str]]:
    """Yield the lines by kind. Of equally good lines, the first one is shown."""
    kinds = {
        "cause": page.traits.causes,
        "failure": page.traits.modes,
        "error": page.traits.errors,
        "alert": page.traits.alerts,
        "action item": page.items,
        "service": page.traits.services,
        "": page.lines,
    }
    for kind, lines in kinds.items():
        yield from ((kind, line) for line in lines)


def _count_matches(line: str, words: Collection[str]) -> int:
    """Count the searched words in a line."""
    line_words = set(split_words(line))
    return sum(_has_word(word, line_words) for word in set(words))


def _has_word(word: str, line_words: Collection[str]) -> bool:
    if word in line_words:
        return True
    return is_prefix(word) and any(other.startswith(word) for other in line_words)


def _excerpt(line: str, words: Collection[str]) -> str:
    """Return the line, or the part around the first searched word if it's long."""
    if len(line) <= EXCERPT_LENGTH:
        return line
    for match in re.finditer(r"\S+", line):
        if _count_matches(match[0], words):
            start = max(0, match.start() - EXCERPT_LENGTH // 3)
            break
    else:
        start = 0
    start = line.find(" ", start) + 1 if start else 0
    cut = line[start : start + EXCERPT_LENGTH].strip()
    return ("…" if start else "") + cut + ("…" if start + EXCERPT_LENGTH < len(line) else "")


def _split_fields(typed: Collection[str]) -> tuple[str, ...]:
    words = dict.fromkeys(word for field in typed for word in split_search_words(field))
    return tuple(words)[:MAX_WORDS]


def _parse_severity(typed: str) -> Severity:
    severity = parse_severity(typed)
    if severity is None:
        raise NotASeverity(given=typed)
    return severity


def _parse_day(name: str, fields: dict[str, list[str]]) -> datetime | None:
    """Return the start of a year, month or day in UTC.

    If there are several, the last one counts.
    """
    if name not in fields:
        return None
    typed = fields[name][-1]
    match = _DAY.fullmatch(typed)
    try:
        day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        day = None
    if day is None:
        raise NotADate(given=typed, name=name)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
