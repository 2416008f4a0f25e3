"""SQLite: one file, one connection, and a check that the file wasn't replaced."""

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
from storage.engine.errors import EMPTY, FILE_GONE, DatabaseError, breaks_connection
from storage.engine.time_limits import TRANSACTION_SECONDS, get_context

_IDENTITY_KEY = "opened"  # key under which a connection stores its file's identity
_MIGRATION_WAIT = 10.0  # seconds that a migration waits for another one
_RESERVED_SECONDS = 0.3  # seconds left for others in the queue to learn the reason themselves
_MIN_WAIT = 0.05  # seconds; even a late transaction can get a free lock
_WRONG_VERSION = "the database file is from another version of Debrief: restart the bot"
_PRAGMAS = (
    "journal_mode = TRUNCATE",
    "synchronous = FULL",  # acknowledged means it's on disk
    "foreign_keys = ON",
    "secure_delete = ON",  # erased text is overwritten, not left in free space
)


class DatabaseFile:
    """The database file's path, and the identity of the file that was opened there."""

    def __init__(self, path: Path | None) -> None:
        """`path` is None for an in-memory database."""
        self.path = path.absolute() if path else None
        self.revision: str | None = None  # required of a file opened in its place
        self._opened = False

    def open(
        self,
        _dialect: object,
        entry: ConnectionPoolEntry,
        arguments: tuple[str],
        options: dict[str, Any],
    ) -> sqlite3.Connection:
        """Connect; a missing file is created only the first time."""
        before = self.identity()
        if self._opened and self.path and before is None:
            raise DatabaseError(reason=FILE_GONE)
        mode = "rw" if self._opened else "rwc"
        if self.path:
            file_permissions.secure(self.path, create=not self._opened)
        address = f"{self.path.as_uri()}?mode={mode}" if self.path else arguments[0]
        connection: sqlite3.Connection = sqlite3.connect(
            address, uri=self.path is not None, **options
        )
        with ExitStack() as undo:
            undo.callback(connection.close)
            self._prepare(connection)
            undo.pop_all()
        # Read before opening: a file that was replaced in between is noticed as a different one.
        entry.info[_IDENTITY_KEY] = before or self.identity()
        self._opened = True
        return connection

    def check(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        """Before each transaction, reconnect if the file isn't the one that was opened."""
        if entry.info[_IDENTITY_KEY] != self.identity():
            raise DisconnectionError

    def identity(self) -> tuple[int, int] | None:
        """Return the device and inode of the file at the path, or None if there's none."""
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
            raise DatabaseError(reason=_WRONG_VERSION)


def build_engine(url: URL, file: DatabaseFile) -> Engine:
    """Create the engine, with one connection for everything.

    SQLite allows one writer, and two connections that checkpoint at once can corrupt a WAL file
    before 3.51.3 (https://sqlite.org/wal.html#walresetbug).
    """
    engine = create_engine(
        url,
        poolclass=FairPool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=TRANSACTION_SECONDS,
        hide_parameters=True,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": TRANSACTION_SECONDS,
        },
    )
    event.listen(engine, "do_connect", file.open)
    event.listen(engine, "checkout", file.check)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _set_busy_timeout)
    event.listen(engine, "handle_error", _discard_if_broken)
    hide_values(engine)
    return engine


def _begin(connection: Connection) -> None:
    transaction = get_context(connection)
    if transaction:
        transaction.file = connection.info[_IDENTITY_KEY]
    _set_busy_timeout(connection)
    # pysqlite would begin only before the first write, after reads that could then be stale.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _set_busy_timeout(connection: Connection) -> None:
    transaction = get_context(connection)
    seconds = (
        max(transaction.left - _RESERVED_SECONDS, _MIN_WAIT) if transaction else _MIGRATION_WAIT
    )
    # Bypasses SQLAlchemy, which takes longer for this than for most queries; it touches no file.
    driver_connection = connection.connection.driver_connection
    assert isinstance(driver_connection, sqlite3.Connection)  # noqa: S101 - we opened it
    driver_connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _discard_if_broken(context: ExceptionContext) -> None:
    if breaks_connection(context.original_exception):
        context.is_disconnect = True
        _roll_back(context.connection)


def _roll_back(connection: Connection | None) -> None:
    """End the transaction of a connection that's being discarded.

    Closing it isn't enough: while the error's traceback holds a statement of it, SQLite keeps its
    lock, and the next connection finds the database locked by nobody.
    """
    if connection is None or connection.invalidated:
        return
    driver_connection = connection.connection.driver_connection
    if isinstance(driver_connection, sqlite3.Connection):
        with suppress(sqlite3.Error):
            driver_connection.rollback()
