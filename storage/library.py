"""The library: a page per incident and a word index, kept in step with the stored data.

Every change of an incident marks its page as outdated; a scheduled run rebuilds it. Deleted or
hidden text is removed at once, so that nobody finds it in between. Words are normalized by
`bot.domain.library_page.words` before they're indexed, so that both databases find the same.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, text, update
from sqlmodel import Session, col, select

from bot.domain.library_page import LibraryPage, Traits, split_words
from bot.redaction import redact_all
from storage import settings
from storage.engine.statements import insert_if_absent
from storage.tables import LibraryRow, TimelineEventRow

INDEX_TABLE = "library_words"
_TRAITS = ("services", "errors", "modes", "alerts", "causes")
_TEXTS = (*_TRAITS, "items", "told")
_CLEAR = {
    "sqlite": text("DELETE FROM library_words WHERE rowid = :incident"),
    "postgresql": text("DELETE FROM library_words WHERE incident_id = :incident"),
}
_MERGE = text("INSERT INTO library_words (library_words, rank) VALUES ('merge', :pages)")
PAGES_AT_ONCE, MERGES_AT_ONCE = 500, 4  # per transaction: 200 ms at most with 10,000 incidents
CHANGED_BY_MERGE = 2  # rows, at least, if there was anything to merge
_UNMERGED = "library.unmerged"
# PostgreSQL gets the words as they are: its parser would split some of them differently.
_WEIGHTED_POSITIONS = {"named": "1A", "signs": "2B", "items": "3C", "told": "4D"}
_ADD = {
    "sqlite": text(
        "INSERT INTO library_words (rowid, named, signs, items, told, alerts) "
        "VALUES (:incident, :named, :signs, :items, :told, :alerts)"
    ),
    "postgresql": text(
        "INSERT INTO library_words (incident_id, words, alerts) "
        "VALUES (:incident, CAST(:words AS tsvector), CAST(:alerts AS tsvector))"
    ),
}


def add_page(session: Session, incident_id: int) -> None:
    """Add a page for a new incident; a scheduled run will build it."""
    empty = dict.fromkeys(("title", *_TEXTS), "")
    insert_if_absent(session, LibraryRow, incident_id=incident_id, touched=1, indexed=0, **empty)


def mark_outdated(session: Session, incident_id: int) -> None:
    """Mark an incident's page as outdated."""
    _mark_outdated(session, col(LibraryRow.incident_id) == incident_id)


def mark_outdated_by_event(session: Session, event_id: int) -> None:
    """Mark the page of a timeline entry's incident as outdated."""
    _mark_outdated(session, _is_page_of_event(event_id))


def clear_by_event(session: Session, event_id: int) -> None:
    """Clear the page of a timeline entry's incident at once, until it's rebuilt."""
    of_event = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    incident_id = session.exec(of_event).first()
    if incident_id is not None:
        clear(session, incident_id)


def clear(session: Session, incident_id: int) -> None:
    """Clear an incident's page at once, until it's rebuilt."""
    page = col(LibraryRow.incident_id) == incident_id
    _mark_outdated(session, page, **dict.fromkeys(_TEXTS, ""))
    session.execute(_CLEAR[_engine(session)], {"incident": incident_id})
    if _engine(session) == "sqlite":
        settings.save(session, _UNMERGED, "yes")


def list_outdated(session: Session, most: int) -> list[tuple[int, int]]:
    """Return incidents with outdated pages, newest first, each with its `touched` counter."""
    rows = session.exec(
        select(LibraryRow.incident_id, LibraryRow.touched)
        .where(LibraryRow.touched != LibraryRow.indexed)
        .order_by(col(LibraryRow.incident_id).desc())
        .limit(most)
    )
    return list(rows)


def save_page(session: Session, incident_id: int, page: LibraryPage, touched: int) -> None:
    """Store a page that was built when the counter was `touched`, and index its words."""
    values = {"title": page.title, "items": _lines(page.items), "told": _lines(page.lines)}
    values |= {name: _lines(getattr(page.traits, name)) for name in _TRAITS}
    values = redact_all(values)  # columns are redacted automatically, but the word index isn't one
    session.execute(
        update(LibraryRow)
        .where(col(LibraryRow.incident_id) == incident_id)
        .values(indexed=touched, **values)
        .execution_options(synchronize_session=False)
    )
    _index(session.connection(), incident_id, values)


def page(session: Session, incident_id: int) -> LibraryPage | None:
    """Return an incident's page as last built, or None."""
    return pages(session, [incident_id]).get(incident_id)


def pages(session: Session, incident_ids: Collection[int]) -> dict[int, LibraryPage]:
    """Return the pages of several incidents as last built, by incident id."""
    rows = session.exec(
        select(LibraryRow)
        .where(col(LibraryRow.incident_id).in_(incident_ids))
        .execution_options(populate_existing=True)
    )
    return {row.incident_id: page_of(row) for row in rows}


def page_of(row: LibraryRow) -> LibraryPage:
    return LibraryPage(
        title=row.title,
        traits=Traits(**{name: tuple(getattr(row, name).splitlines()) for name in _TRAITS}),
        items=tuple(row.items.splitlines()),
        lines=tuple(row.told.splitlines()),
    )


def rebuild_index(connection: Connection) -> None:
    """Rebuild the word index of every page, as after restoring a backup."""
    connection.execute(text("DELETE FROM library_words"))
    names = ("title", *_TEXTS)
    rows = connection.execute(
        select(LibraryRow.incident_id, *(getattr(LibraryRow, n) for n in names))
    )
    for incident_id, *values in rows.fetchall():
        _index(connection, incident_id, dict(zip(names, values, strict=True)))


def compact(session: Session) -> bool:
    """Purge erased words from the index's raw data, bit by bit; return whether any may be left.

    FTS5 keeps deleted words until its segments are merged
    (https://sqlite.org/fts5.html#the_merge_command). In PostgreSQL, autovacuum takes care of it.
    """
    if settings.get(session, _UNMERGED) is None:
        return False
    for _ in range(MERGES_AT_ONCE):
        before = _changes(session)
        session.execute(_MERGE, {"pages": -PAGES_AT_ONCE})
        if _changes(session) - before < CHANGED_BY_MERGE:
            settings.remove(session, _UNMERGED)
            return False
    return True


def _changes(session: Session) -> int:
    return int(session.execute(text("SELECT total_changes()")).scalar_one())


def _index(connection: Connection, incident_id: int, values: Mapping[str, str]) -> None:
    engine = connection.dialect.name
    signs = (values[name] for name in ("errors", "modes", "alerts", "causes"))
    fields = {
        "named": f"{values['title']}\n{values['services']}",
        "signs": "\n".join(signs),
        **{name: values[name] for name in ("items", "told", "alerts")},
    }
    connection.execute(_CLEAR[engine], {"incident": incident_id})
    words = {name: split_words(content) for name, content in fields.items()}
    connection.execute(_ADD[engine], {"incident": incident_id, **_FORMS[engine](words)})


def _for_sqlite(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: " ".join(field_words) for name, field_words in words.items()}


def _for_postgresql(words_by_field: Mapping[str, list[str]]) -> dict[str, str]:
    """Return each word once, with the weights of the fields it's in, in `tsvector` format."""
    positions: dict[str, dict[str, None]] = {}
    for name, position in _WEIGHTED_POSITIONS.items():
        for word in words_by_field[name]:
            positions.setdefault(word, {})[position] = None
    alerts = " ".join(f"'{word}'" for word in dict.fromkeys(words_by_field["alerts"]))
    return {
        "words": " ".join(
            f"'{word}':{','.join(word_positions)}" for word, word_positions in positions.items()
        ),
        "alerts": alerts,
    }


_FORMS = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}


def _mark_outdated(session: Session, condition: ColumnElement[bool], **values: object) -> None:
    session.execute(
        update(LibraryRow)
        .where(condition)
        .values(touched=col(LibraryRow.touched) + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _is_page_of_event(event_id: int) -> ColumnElement[bool]:
    incident = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    return col(LibraryRow.incident_id) == incident.scalar_subquery()


def _lines(texts: tuple[str, ...]) -> str:
    """Join texts, one per line; line breaks within a text become spaces."""
    return "\n".join(" ".join(line.replace("\x00", "").split()) for line in texts)


def _engine(session: Session) -> str:
    return session.get_bind().dialect.name
