"""Integrity checks: find damaged database pages.

SQLite notices damaged pages only when it reads them, so all of them are read now and then. The check uses a
connection of its own. In a small file it's `PRAGMA quick_check`, table by table. In a large one that would
hold up whoever wants to commit, so tables are read in slices, each of which lets writers pass; indexes
aren't read then.

PostgreSQL verifies pages by itself where data checksums are on, and counts what it finds: the count is read,
which costs nothing. Without checksums there is no cheap check; then only errors tell.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from bot.domain.errors import BotError
from storage.trouble import DAMAGED, NO_DATABASE, reason

SMALL = 128 * 1024 * 1024  # bytes that are checked in about a quarter of a second
SLICE = 5_000  # rows, read without a pause
PAUSE = 0.05  # seconds in which those who write get their turn
RECENT = timedelta(days=1)  # what PostgreSQL counted before may have been repaired since
# What is damaged, by the reason of trouble that an error comes to.
SIGNS = {DAMAGED: "a page can't be read", NO_DATABASE: "the file isn't a database"}
_TABLES = """
    SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY name
"""
_CHECKSUMS = text(
    "SELECT checksum_failures FROM pg_stat_database"
    " WHERE datname = current_database() AND checksum_last_failure > now() - :recent"
)


class Damaged(BotError):
    """The database is damaged ({what}). Stop the bot, move {where} elsewhere, and run
    `debrief restore FILE` with your latest backup."""


def damaged(what: str, file: Path | None) -> Damaged:
    """Make the error; `file` is None where the database is PostgreSQL's."""
    return Damaged(what=what, where=file.name if file else "the database")


def what_is_damaged(engine: Engine, file: Path | None) -> str | None:
    """Check everything; say what is damaged, empty when nothing is. None: it can't be checked."""
    if engine.dialect.name == "postgresql":
        return _of_postgresql(engine)
    return _of_sqlite(file) if file and file.exists() else None


def _of_postgresql(engine: Engine) -> str | None:
    with engine.connect() as connection:
        count = connection.execute(_CHECKSUMS, {"recent": RECENT}).scalar_one_or_none()
    return f"{count} pages with a wrong checksum" if count else None


def _of_sqlite(file: Path) -> str | None:
    address = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            if file.stat().st_size > SMALL:
                return _read_slices(connection)
            findings = _quick_checks(connection)
            return next((finding for finding in findings if finding), "")
    except sqlite3.DatabaseError as error:
        return SIGNS.get(reason(error))


def _quick_checks(connection: sqlite3.Connection) -> Iterator[str]:
    """What quick_check finds in each table: names of tables and numbers of pages, no content."""
    for table, _ in connection.execute(_TABLES).fetchall():
        (found,) = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()
        yield "" if found == "ok" else f"table {table}"


def _read_slices(connection: sqlite3.Connection) -> str:
    """Read every row of every table, in slices; a page that can't be read raises."""
    for table, is_whole in connection.execute(_TABLES).fetchall():
        if is_whole:
            _read(connection.execute(f'SELECT * FROM "{table}"'))  # noqa: S608 - its name is ours
            continue
        after: int | None = -(2**63)
        while after is not None:
            query = f'SELECT rowid, * FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT {SLICE}'  # noqa: S608
            after = _read(connection.execute(query, (after,)))
            time.sleep(PAUSE)
    return ""


def _read(rows: sqlite3.Cursor) -> int | None:
    """Read to the end; returns the first column of the last row."""
    last = None
    for row in rows:
        last = row[0]
    return last
