"""SQLite: one file, one connection, and never another file in its place without noticing."""

import sqlite3
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.engine import file_permissions
from storage.engine.connection_pool import FairPool
from storage.engine.error_messages import hide_values
from storage.engine.errors import EMPTY, GONE, DatabaseError, breaks_connection
from storage.engine.time_limits import PATIENCE, turn_of

_OPENED = "opened"  # by this name a connection knows its file
_AT_START = 10.0  # seconds that a migration waits for another one
_SPARED = 0.3  # seconds; who waited for their turn meanwhile learn the reason themselves
_LEAST = 0.05  # seconds; the turn came late, but a lock that is free is still taken
_OTHER = "the database file is of another version of Debrief: start the bot again"
_PRAGMAS = (
    "journal_mode = TRUNCATE",
    "synchronous = FULL",  # acknowledged means on the disk
    "foreign_keys = ON",
    "secure_delete = ON",  # erased words are overwritten, not left in free space
)


class File:
    """Where the database is, and which file stood there when it was opened."""

    def __init__(self, path: Path | None) -> None:
        """`path` is None for a database in memory."""
        self.path = path.absolute() if path else None
        self.revision: str | None = None  # what a file must have that is opened in place of it
        self._opened = False

    def open(
        self, _dialect: object, entry: ConnectionPoolEntry, given: tuple[str], named: dict[str, Any]
    ) -> sqlite3.Connection:
        """Connect; only the first time a file that is not there is made."""
        before = self.identity()
        if self._opened and self.path and before is None:
            raise DatabaseError(reason=GONE)
        mode = "rw" if self._opened else "rwc"
        if self.path:
            file_permissions.secure(self.path, create=not self._opened)
        address = f"{self.path.as_uri()}?mode={mode}" if self.path else given[0]
        connection: sqlite3.Connection = sqlite3.connect(
            address, uri=self.path is not None, **named
        )
        with ExitStack() as undo:
            undo.callback(connection.close)
            self._prepare(connection)
            undo.pop_all()
        # Asked before it was opened: a file that came in between is noticed as another one.
        entry.info[_OPENED] = before or self.identity()
        self._opened = True
        return connection

    def check(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        """Before each transaction: a file that is not the one that was opened is opened anew."""
        if entry.info[_OPENED] != self.identity():
            raise DisconnectionError

    def identity(self) -> tuple[int, int] | None:
        """Which file stands at the path: device and inode; None when there is none."""
        if self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _prepare(self, connection: sqlite3.Connection) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if self.revision is None or self.path is None:
            return
        if not connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone():
            raise DatabaseError(reason=EMPTY)
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [
            (self.revision,)
        ]:
            raise DatabaseError(reason=_OTHER)


def engine(url: URL, file: File) -> Engine:
    """Make the engine of one connection for everything.

    SQLite has one writer, and two connections that checkpoint at once can corrupt a WAL file before
    3.51.3 (https://sqlite.org/wal.html#walresetbug).
    """
    made = create_engine(
        url,
        poolclass=FairPool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": PATIENCE},
    )
    event.listen(made, "do_connect", file.open)
    event.listen(made, "checkout", file.check)
    event.listen(made, "begin", _begin)
    event.listen(made, "commit", _wait_no_longer_than_is_left)
    event.listen(made, "handle_error", _drop)
    hide_values(made)
    return made


def _begin(connection: Connection) -> None:
    turn = turn_of(connection)
    if turn:
        turn.file = connection.info[_OPENED]
    _wait_no_longer_than_is_left(connection)
    # pysqlite would begin only before the first write, and the reads before it would be stale.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_no_longer_than_is_left(connection: Connection) -> None:
    turn = turn_of(connection)
    seconds = max(turn.left - _SPARED, _LEAST) if turn else _AT_START
    # Past SQLAlchemy, which takes longer for it than for most queries; it touches no file.
    bare = connection.connection.driver_connection
    assert isinstance(bare, sqlite3.Connection)  # noqa: S101 - we opened it
    bare.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _drop(context: ExceptionContext) -> None:
    if breaks_connection(context.original_exception):
        context.is_disconnect = True
        _let_go(context.connection)


def _let_go(connection: Connection | None) -> None:
    """End the transaction of a connection that is given up.

    Closing it isn't enough: while the error's traceback holds a statement of it, SQLite keeps its lock,
    and the next connection finds the database locked by nobody.
    """
    if connection is None or connection.invalidated:
        return
    bare = connection.connection.driver_connection
    if isinstance(bare, sqlite3.Connection):
        with suppress(sqlite3.Error):
            bare.rollback()
