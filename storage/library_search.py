"""Search the library: full text, and the names of an incident's services, causes and so on.

Results are limited to what the actor may see. Words are normalized, so that none can be query
syntax.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, column, func, literal, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select

from bot.domain.incident import Incident, Status
from bot.domain.library_page import LibraryPage
from bot.domain.library_query import SearchQuery, is_prefix
from storage import incidents, library
from storage.incident_conditions import NEWEST_FIRST, is_visible_in
from storage.tables import IncidentRow

# Columns of SQLite's index, and the matching weights in PostgreSQL's.
_WEIGHTS = {"named": "A", "signs": "B", "items": "C", "told": "D"}
_FACTS = ("named", "signs", "items")
_SQLITE = table("library_words", column("rowid", Integer), column("library_words"))
_POSTGRES = table(
    "library_words", column("incident_id", Integer), column("words"), column("alerts")
)
Group = Sequence[str]  # words that must all match


@dataclass(frozen=True, slots=True)
class MatchingIncidents:
    """Search results: the first incidents with their pages, and the total number."""

    incidents: tuple[tuple[Incident, LibraryPage], ...]
    total: int


def find(
    session: Session, query: SearchQuery, channels: Collection[str], most: int
) -> MatchingIncidents:
    """Return incidents that match all criteria: public ones, and private ones in these channels.

    Matches in title and services come first, then those in errors, causes and action items, then
    any other; newest first within each.
    """
    conditions = [
        is_visible_in(channels),
        *_range_conditions(query),
        *_word_conditions(session, query),
    ]
    total = session.exec(select(func.count()).select_from(IncidentRow).where(*conditions)).one()
    rows = session.exec(
        select(IncidentRow.id)
        .where(*conditions)
        .order_by(
            _rank(session, query.words),
            *NEWEST_FIRST,
        )
        .limit(most)
    ).all()
    return MatchingIncidents(tuple(_with_pages(session, rows)), total)


@dataclass(frozen=True, slots=True)
class SearchRange:
    """The range of declaration times to search, and the maximum number of results."""

    since: datetime
    until: datetime
    most: int


def find_by_words(
    session: Session, incident: Incident, groups: Iterable[Group], search_range: SearchRange
) -> list[tuple[Incident, LibraryPage]]:
    """Return other incidents that contain all words of at least one group, newest first.

    Cancelled and private incidents are left out: private ones are named nowhere else.
    """
    word_groups = [group for group in groups if group]
    if not word_groups:
        return []
    rows = session.exec(
        select(IncidentRow.id)
        .where(*_public(incident, search_range))
        .where(_matches(session, word_groups, ("named", "signs")))
        .order_by(*NEWEST_FIRST)
        .limit(search_range.most)
    ).all()
    return _with_pages(session, rows)


def recent(
    session: Session, incident: Incident, search_range: SearchRange
) -> list[tuple[Incident, LibraryPage]]:
    """Return other incidents in a time range, newest first, without cancelled and private ones."""
    rows = session.exec(
        select(IncidentRow.id)
        .where(*_public(incident, search_range))
        .order_by(*NEWEST_FIRST)
        .limit(search_range.most)
    ).all()
    return _with_pages(session, rows)


def _public(incident: Incident, search_range: SearchRange) -> list[ColumnElement[bool]]:
    return [
        col(IncidentRow.id) != incident.id,
        col(IncidentRow.private).is_(False),
        col(IncidentRow.status) != Status.CANCELLED,
        col(IncidentRow.declared_at) >= search_range.since,
        col(IncidentRow.declared_at) <= search_range.until,
    ]


def _range_conditions(query: SearchQuery) -> Iterable[ColumnElement[bool]]:
    if query.severities:
        yield col(IncidentRow.severity).in_(query.severities)
    if query.since:
        yield col(IncidentRow.declared_at) >= query.since
    if query.before:
        yield col(IncidentRow.declared_at) < query.before


def _word_conditions(session: Session, query: SearchQuery) -> Iterable[ColumnElement[bool]]:
    for words, columns in (
        (query.words, ()),
        (query.services, ("named",)),
        (query.causes, ("signs",)),
        (query.items, ("items",)),
        (query.alerts, ("alerts",)),
    ):
        if words:
            yield _matches(session, [words], columns)


def _rank(session: Session, words: Group) -> ColumnElement[Any]:
    if not words:
        return literal(0)
    in_title = _matches(session, [words], ("named",))
    return case((in_title, 0), (_matches(session, [words], _FACTS), 1), else_=2)


def _matches(
    session: Session, groups: Iterable[Group], columns: Collection[str]
) -> ColumnElement[bool]:
    """SQL: an incident has all words of at least one group in these columns, or in any column."""
    ids = _FIND[session.get_bind().dialect.name](groups, columns)
    return col(IncidentRow.id).in_(ids)


def _in_sqlite(groups: Iterable[Group], columns: Collection[str]) -> Any:
    """Build an FTS5 query of quoted words: https://sqlite.org/fts5.html#full_text_query_syntax."""

    def quote(word: str) -> str:
        return f'"{word}"*' if is_prefix(word) else f'"{word}"'

    any_group = " OR ".join(f"({' AND '.join(map(quote, words))})" for words in groups)
    match = f"{{{' '.join(columns)}}} : ({any_group})" if columns else any_group
    return select(_SQLITE.c.rowid).where(_SQLITE.c.library_words.op("MATCH")(match))


def _in_postgresql(groups: Iterable[Group], columns: Collection[str]) -> Any:
    """Build a `tsquery` of quoted lexemes with the columns' weights."""
    alerts = set(columns) == {"alerts"}
    weights = "" if alerts else "".join(_WEIGHTS[name] for name in columns)

    def quote(word: str) -> str:
        flags = ("*" if is_prefix(word) else "") + weights
        return f"'{word}'" + (f":{flags}" if flags else "")

    match = " | ".join(f"({' & '.join(map(quote, words))})" for words in groups)
    words = _POSTGRES.c.alerts if alerts else _POSTGRES.c.words
    return select(_POSTGRES.c.incident_id).where(words.op("@@")(cast(match, TSQUERY)))


_FIND = {"sqlite": _in_sqlite, "postgresql": _in_postgresql}


def _with_pages(session: Session, rows: Sequence[int | None]) -> list[tuple[Incident, LibraryPage]]:
    """Return incidents with their pages in the order of the ids, in a few statements."""
    ids = [incident_id for incident_id in rows if incident_id is not None]
    by_id, pages = incidents.by_ids(session, ids), library.pages(session, ids)
    return [
        (by_id[incident_id], pages.get(incident_id) or LibraryPage(title=by_id[incident_id].title))
        for incident_id in ids
    ]
