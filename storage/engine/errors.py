"""Database errors, and their causes in plain words."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.domain.errors import BotError

FILE_GONE = "the database file is gone"
LOCKED = "the database is locked by another program"
READ_ONLY = "the database is read-only"
FULL = "the disk is full"
UNREACHABLE = "no connection to the database"
OVERLOADED = "too many requests at once"
TOO_SLOW = "the database is too slow"
DISK_ERROR = "the disk reports an error"
DAMAGED = "the database is corrupt"
NOT_A_DATABASE = "the database file isn't a database"
INTERNAL = "the database reports an internal error"
REFUSED = "the database isn't accepting connections"
EMPTY = "the database has no Debrief data"
COLLIDED = "two changes conflicted, and this one was rolled back"

# By prefix of SQLite's result code names: https://sqlite.org/rescode.html
_SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_PROTOCOL": LOCKED,
    "SQLITE_READONLY_DBMOVED": FILE_GONE,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": DISK_ERROR,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": NOT_A_DATABASE,
    "SQLITE_CANTOPEN": "the database file can't be opened",
}
# By SQLSTATE, its class last: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "25006": READ_ONLY,
    "55P03": LOCKED,
    "55000": REFUSED,
    "57014": TOO_SLOW,
    "40001": COLLIDED,
    "40P01": COLLIDED,
    "42P01": EMPTY,
    "53100": FULL,
    "53200": "the database is out of memory",
    "53300": "the database has too many connections",
    "58030": DISK_ERROR,
    "08": UNREACHABLE,
    "28": "the database rejects the password",
    "57": UNREACHABLE,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "XX": INTERNAL,
}
# Temporary causes that say nothing about the next transaction.
_TRANSIENT = {OVERLOADED, TOO_SLOW, COLLIDED}


class DatabaseError(BotError):
    """The database isn't available ({reason}). Nothing was recorded. Try again in a minute."""

    def __init__(self, **facts: object) -> None:
        """`reason` is the cause in a few words."""
        super().__init__(**facts)
        self.reason = str(facts["reason"])

    @property
    def passes(self) -> bool:
        """Return whether only this transaction was affected, and the trouble won't last."""
        return self.reason in _TRANSIENT


class OutcomeUnknown(DatabaseError):
    """The database didn't confirm the change ({reason}). Check whether it was saved before you
    try again."""


@dataclass(frozen=True)
class Trouble:
    """Why the database doesn't work, and when that was first noticed."""

    reason: str
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> int:
        """Return how long it has lasted."""
        return round(time.monotonic() - self.began)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise DatabaseError if the database is in trouble; pass on errors that are bugs of ours."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = _find_reason(error)
        if cause is None:
            raise
        raise DatabaseError(reason=cause) from error


def reason(error: BaseException) -> str:
    """Return an error's cause in plain words."""
    if isinstance(error, DatabaseError):
        return error.reason
    return _find_reason(error) or first_line(error)


def first_line(error: BaseException) -> str:
    """Return the database's own message, without the statement that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def breaks_connection(error: BaseException) -> bool:
    """Return whether a SQLite connection should be reopened after an error.

    A connection opened while the file was read-only stays read-only, and a cache filled from a
    damaged or missing disk can't be trusted.
    """
    cause = _of_sqlite(error)
    return cause is not None and cause != LOCKED


def _find_reason(error: BaseException) -> str | None:
    if isinstance(error, NoneFree):
        return OVERLOADED
    driver_error = getattr(error, "orig", None) or error
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return (
        _of_sqlite(driver_error)
        or _of_postgresql(driver_error)
        or (UNREACHABLE if is_lost else None)
    )


def _of_sqlite(error: BaseException) -> str | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_ERROR" and str(error).startswith("no such table"):
        return EMPTY  # every start creates all tables, so the file was emptied
    return next((words for code, words in _SQLITE.items() if name.startswith(code)), None)


def _of_postgresql(error: BaseException) -> str | None:
    if not hasattr(error, "sqlstate"):
        return None
    state = error.sqlstate
    if state is None:  # without a connection there's no server response
        kinds = {kind.__name__ for kind in type(error).__mro__}
        return UNREACHABLE if "OperationalError" in kinds else None
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
