"""The library: each incident's page, and the index of its words, kept in step with what is stored.

Whatever changes an incident touches its page; the clock then reads it anew. What was deleted or hidden
is taken out at once, and nobody finds it in between. Words are folded by `bot.domain.library_page.words`
before they are indexed, so that both databases find the same.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, text, update
from sqlmodel import Session, col, select

from bot.domain.library_page import Page, Traits, words
from bot.redaction import redact_all
from storage import settings
from storage.engine.store import add_unless_there
from storage.tables import LibraryRow, TimelineEventRow

WORDS = "library_words"
_TRAITS = ("services", "errors", "modes", "alerts", "causes")
_TEXTS = (*_TRAITS, "items", "told")
_CLEAR = {
    "sqlite": text("DELETE FROM library_words WHERE rowid = :incident"),
    "postgresql": text("DELETE FROM library_words WHERE incident_id = :incident"),
}
_MERGE = text("INSERT INTO library_words (library_words, rank) VALUES ('merge', :pages)")
PAGES_AT_ONCE, MERGES_AT_ONCE = 500, 4  # in one transaction: 200 ms at most with 10,000 incidents
CHANGED_BY_MERGE = 2  # rows, at least, where there was anything to merge
_UNMERGED = "library.unmerged"
# PostgreSQL's words are given as they are, not parsed: its parser reads some of them otherwise.
_PLACES = {"named": "1A", "signs": "2B", "items": "3C", "told": "4D"}
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


def begin(session: Session, incident_id: int) -> None:
    """Give a new incident its page, to be read by the clock."""
    empty = dict.fromkeys(("title", *_TEXTS), "")
    add_unless_there(session, LibraryRow, incident_id=incident_id, touched=1, indexed=0, **empty)


def touch(session: Session, incident_id: int) -> None:
    """Have an incident's page read anew."""
    _touch(session, col(LibraryRow.incident_id) == incident_id)


def touch_of(session: Session, event_id: int) -> None:
    """Have the page of the incident read anew that an entry of the timeline belongs to."""
    _touch(session, _has(event_id))


def forget(session: Session, event_id: int) -> None:
    """Take out at once what the page of an entry's incident says, until it is read anew."""
    of_event = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    incident_id = session.exec(of_event).first()
    if incident_id is not None:
        clear(session, incident_id)


def clear(session: Session, incident_id: int) -> None:
    """Take out at once what an incident's page says, until it is read anew."""
    page = col(LibraryRow.incident_id) == incident_id
    _touch(session, page, **dict.fromkeys(_TEXTS, ""))
    session.execute(_CLEAR[_engine(session)], {"incident": incident_id})
    if _engine(session) == "sqlite":
        settings.keep(session, _UNMERGED, "yes")


def touched(session: Session, most: int) -> list[tuple[int, int]]:
    """Incidents whose pages are behind, the newest first: their ids, and what each page is to follow."""
    rows = session.exec(
        select(LibraryRow.incident_id, LibraryRow.touched)
        .where(LibraryRow.touched != LibraryRow.indexed)
        .order_by(col(LibraryRow.incident_id).desc())
        .limit(most)
    )
    return list(rows)


def put(session: Session, incident_id: int, page: Page, followed: int) -> None:
    """Keep a page that was read when `touched` was `followed`, and index its words."""
    values = {"title": page.title, "items": _lines(page.items), "told": _lines(page.told)}
    values |= {name: _lines(getattr(page.traits, name)) for name in _TRAITS}
    values = redact_all(values)  # the index of words is no column, which would do it by itself
    session.execute(
        update(LibraryRow)
        .where(col(LibraryRow.incident_id) == incident_id)
        .values(indexed=followed, **values)
        .execution_options(synchronize_session=False)
    )
    _index(session.connection(), incident_id, values)


def page(session: Session, incident_id: int) -> Page | None:
    """An incident's page as it was read last."""
    return pages(session, [incident_id]).get(incident_id)


def pages(session: Session, incident_ids: Collection[int]) -> dict[int, Page]:
    """The pages of several incidents as they were read last, by the incident's id."""
    rows = session.exec(
        select(LibraryRow)
        .where(col(LibraryRow.incident_id).in_(incident_ids))
        .execution_options(populate_existing=True)
    )
    return {row.incident_id: page_of(row) for row in rows}


def page_of(row: LibraryRow) -> Page:
    return Page(
        title=row.title,
        traits=Traits(**{name: tuple(getattr(row, name).splitlines()) for name in _TRAITS}),
        items=tuple(row.items.splitlines()),
        told=tuple(row.told.splitlines()),
    )


def index_all(connection: Connection) -> None:
    """Index the words of every page anew, as after a backup was put in their place."""
    connection.execute(text("DELETE FROM library_words"))
    names = ("title", *_TEXTS)
    rows = connection.execute(
        select(LibraryRow.incident_id, *(getattr(LibraryRow, n) for n in names))
    )
    for incident_id, *values in rows.fetchall():
        _index(connection, incident_id, dict(zip(names, values, strict=True)))


def compact(session: Session) -> bool:
    """Take erased words out of the index's raw data, a little at a time; says whether any may be left.

    FTS5 keeps what was deleted until its segments are merged (https://sqlite.org/fts5.html#the_merge_command).
    PostgreSQL's autovacuum does the same for the rows there.
    """
    if settings.get(session, _UNMERGED) is None:
        return False
    for _ in range(MERGES_AT_ONCE):
        before = _changes(session)
        session.execute(_MERGE, {"pages": -PAGES_AT_ONCE})
        if _changes(session) - before < CHANGED_BY_MERGE:
            settings.drop(session, _UNMERGED)
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
    folded = {name: words(said) for name, said in fields.items()}
    connection.execute(_ADD[engine], {"incident": incident_id, **_FORMS[engine](folded)})


def _for_sqlite(folded: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: " ".join(found) for name, found in folded.items()}


def _for_postgresql(folded: Mapping[str, list[str]]) -> dict[str, str]:
    """Each word once, with the weights of the places that have it; see the type `tsvector`."""
    places: dict[str, dict[str, None]] = {}
    for name, place in _PLACES.items():
        for word in folded[name]:
            places.setdefault(word, {})[place] = None
    alerts = " ".join(f"'{word}'" for word in dict.fromkeys(folded["alerts"]))
    return {
        "words": " ".join(f"'{word}':{','.join(found)}" for word, found in places.items()),
        "alerts": alerts,
    }


_FORMS = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}


def _touch(session: Session, which: ColumnElement[bool], **values: object) -> None:
    session.execute(
        update(LibraryRow)
        .where(which)
        .values(touched=col(LibraryRow.touched) + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _has(event_id: int) -> ColumnElement[bool]:
    incident = select(TimelineEventRow.incident_id).where(TimelineEventRow.id == event_id)
    return col(LibraryRow.incident_id) == incident.scalar_subquery()


def _lines(said: tuple[str, ...]) -> str:
    """One line for each; a line break of its own would be another's."""
    return "\n".join(" ".join(each.replace("\x00", "").split()) for each in said)


def _engine(session: Session) -> str:
    return session.get_bind().dialect.name
