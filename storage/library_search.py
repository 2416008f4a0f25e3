"""Searching the library: by words, wherever they are, and by the names of what an incident had.

Whoever asks finds what they may see, and learns of nothing else. Words are given folded, so that none
of them can be syntax.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, column, func, literal, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select

from bot.domain.incident import Incident, Status
from bot.domain.library_page import Page
from bot.domain.library_query import Wanted, is_prefix
from storage import incidents, library
from storage.tables import IncidentRow

# The columns of SQLite's index, and the weights that stand for them in PostgreSQL's.
_WEIGHTS = {"named": "A", "signs": "B", "items": "C", "told": "D"}
_FACTS = ("named", "signs", "items")
_SQLITE = table("library_words", column("rowid", Integer), column("library_words"))
_POSTGRES = table(
    "library_words", column("incident_id", Integer), column("words"), column("alerts")
)
Group = Sequence[str]  # words that must all be there


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the first incidents with their pages, and how many there are in all."""

    incidents: tuple[tuple[Incident, Page], ...]
    total: int


def find(session: Session, wanted: Wanted, channels: Collection[str], most: int) -> Found:
    """The incidents that have all that is wanted: public ones, and private ones of these channels.

    First those that have the words in title and services, then in errors, causes and action items, then
    anywhere; of each, the newest first.
    """
    asked = [
        incidents.visible_in(channels),
        *_frame(wanted),
        *_having(session, wanted),
    ]
    total = session.exec(select(func.count()).select_from(IncidentRow).where(*asked)).one()
    rows = session.exec(
        select(IncidentRow.id)
        .where(*asked)
        .order_by(
            _rank(session, wanted.words),
            col(IncidentRow.declared_at).desc(),
            col(IncidentRow.id).desc(),
        )
        .limit(most)
    ).all()
    return Found(tuple(_with_pages(session, rows)), total)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when incidents were declared that are looked for, and how many at most."""

    since: datetime
    until: datetime
    most: int


def naming(
    session: Session, incident: Incident, groups: Iterable[Group], stretch: Stretch
) -> list[tuple[Incident, Page]]:
    """Other incidents that name all words of one of the groups at least, the newest first.

    None that was cancelled, and none that is private: those are named nowhere else.
    """
    sought = [group for group in groups if group]
    if not sought:
        return []
    rows = session.exec(
        select(IncidentRow.id)
        .where(*_public(incident, stretch))
        .where(_matches(session, sought, ("named", "signs")))
        .order_by(col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
        .limit(stretch.most)
    ).all()
    return _with_pages(session, rows)


def recent(session: Session, incident: Incident, stretch: Stretch) -> list[tuple[Incident, Page]]:
    """The other incidents of a time, whatever they name: none cancelled, none private."""
    rows = session.exec(
        select(IncidentRow.id)
        .where(*_public(incident, stretch))
        .order_by(col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
        .limit(stretch.most)
    ).all()
    return _with_pages(session, rows)


def _public(incident: Incident, stretch: Stretch) -> list[ColumnElement[bool]]:
    return [
        col(IncidentRow.id) != incident.id,
        col(IncidentRow.private).is_(False),
        col(IncidentRow.status) != Status.CANCELLED,
        col(IncidentRow.declared_at) >= stretch.since,
        col(IncidentRow.declared_at) <= stretch.until,
    ]


def _frame(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.severities:
        yield col(IncidentRow.severity).in_(wanted.severities)
    if wanted.since:
        yield col(IncidentRow.declared_at) >= wanted.since
    if wanted.before:
        yield col(IncidentRow.declared_at) < wanted.before


def _having(session: Session, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    for words, columns in (
        (wanted.words, ()),
        (wanted.services, ("named",)),
        (wanted.causes, ("signs",)),
        (wanted.items, ("items",)),
        (wanted.alerts, ("alerts",)),
    ):
        if words:
            yield _matches(session, [words], columns)


def _rank(session: Session, words: Group) -> ColumnElement[Any]:
    if not words:
        return literal(0)
    heads = _matches(session, [words], ("named",))
    return case((heads, 0), (_matches(session, [words], _FACTS), 1), else_=2)


def _matches(
    session: Session, groups: Iterable[Group], columns: Collection[str]
) -> ColumnElement[bool]:
    """SQL: whether an incident has all words of one group at least, in these columns, or in any."""
    found = _FIND[session.get_bind().dialect.name](groups, columns)
    return col(IncidentRow.id).in_(found)


def _in_sqlite(groups: Iterable[Group], columns: Collection[str]) -> Any:
    """Each word is a quoted string of FTS5: https://sqlite.org/fts5.html#full_text_query_syntax."""

    def one(word: str) -> str:
        return f'"{word}"*' if is_prefix(word) else f'"{word}"'

    each = " OR ".join(f"({' AND '.join(map(one, words))})" for words in groups)
    asked = f"{{{' '.join(columns)}}} : ({each})" if columns else each
    return select(_SQLITE.c.rowid).where(_SQLITE.c.library_words.op("MATCH")(asked))


def _in_postgresql(groups: Iterable[Group], columns: Collection[str]) -> Any:
    """Each word is a quoted lexeme of a `tsquery`, with the weights of the columns."""
    alerts = set(columns) == {"alerts"}
    weights = "" if alerts else "".join(_WEIGHTS[name] for name in columns)

    def one(word: str) -> str:
        marks = ("*" if is_prefix(word) else "") + weights
        return f"'{word}'" + (f":{marks}" if marks else "")

    asked = " | ".join(f"({' & '.join(map(one, words))})" for words in groups)
    words = _POSTGRES.c.alerts if alerts else _POSTGRES.c.words
    return select(_POSTGRES.c.incident_id).where(words.op("@@")(cast(asked, TSQUERY)))


_FIND = {"sqlite": _in_sqlite, "postgresql": _in_postgresql}


def _with_pages(session: Session, rows: Sequence[int | None]) -> list[tuple[Incident, Page]]:
    """Incidents with their pages, in the order of the ids; all of them in a few statements."""
    ids = [each for each in rows if each is not None]
    found, pages = incidents.by_ids(session, ids), library.pages(session, ids)
    return [(found[each], pages.get(each) or Page(title=found[each].title)) for each in ids]
