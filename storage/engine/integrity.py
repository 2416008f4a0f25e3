"""Integrity checks: find damaged database pages.

SQLite notices damaged pages only when it reads them, so all of them are read periodically, over a
separate connection. A small file is checked with `PRAGMA quick_check`, table by table. In a large
file, that would block commits, so tables are read in slices with pauses for writers, and indexes
aren't read.

PostgreSQL verifies pages itself if data checksums are on, and counts failures; reading that count
is cheap. Without checksums there is no cheap check, and only errors reveal damage.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from bot.domain.errors import BotError
from storage.engine.errors import DAMAGED, NOT_A_DATABASE, reason

SMALL = 128 * 1024 * 1024  # bytes, checked in about a quarter of a second
SLICE = 5_000  # rows, read without a pause
PAUSE = 0.05  # seconds, a pause for writers
RECENT = timedelta(days=1)  # older failures may have been repaired since
# What is damaged, by an error's reason in `storage.engine.errors`.
DAMAGE_BY_REASON = {DAMAGED: "a page can't be read", NOT_A_DATABASE: "the file isn't a database"}
_TABLES = """
    SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY name
"""
_CHECKSUMS = text(
    "SELECT checksum_failures FROM pg_stat_database"
    " WHERE datname = current_database() AND checksum_last_failure > now() - :recent"
)


class Damaged(BotError):
    """The database is corrupt ({what}). Stop the bot, move {where} elsewhere, and run `debrief
    restore FILE` with your latest backup."""


def damage_error(what: str, file: Path | None) -> Damaged:
    """Create the error; `file` is None for PostgreSQL."""
    return Damaged(what=what, where=file.name if file else "the database")


def find_damage(engine: Engine, file: Path | None) -> str | None:
    """Check everything; return what's damaged, empty if nothing is, None if that isn't proven.

    It isn't proven if there's no SQLite file, or by PostgreSQL without recent checksum failures.
    """
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
        return DAMAGE_BY_REASON.get(reason(error))


def _quick_checks(connection: sqlite3.Connection) -> Iterator[str]:
    """Return quick_check's findings per table: table names and page numbers, no content."""
    for table, _ in connection.execute(_TABLES).fetchall():
        (found,) = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()
        yield "" if found == "ok" else f"table {table}"


def _read_slices(connection: sqlite3.Connection) -> str:
    """Read every row of every table, in slices. Raises if a page can't be read."""
    for table, is_whole in connection.execute(_TABLES).fetchall():
        if is_whole:
            _read_to_end(connection.execute(f'SELECT * FROM "{table}"'))  # noqa: S608 - our own name
            continue
        after: int | None = -(2**63)
        while after is not None:
            query = f'SELECT rowid, * FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT {SLICE}'  # noqa: S608
            after = _read_to_end(connection.execute(query, (after,)))
            time.sleep(PAUSE)
    return ""


def _read_to_end(rows: sqlite3.Cursor) -> int | None:
    """Read to the end; return the first column of the last row."""
    last = None
    for row in rows:
        last = row[0]
    return last
