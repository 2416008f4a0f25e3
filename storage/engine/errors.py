"""What is the matter with the database, in a few plain words."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.domain.errors import BotError

GONE = "the database file is gone"
LOCKED = "the database is locked by another program"
READ_ONLY = "the database may only be read"
FULL = "the disk is full"
UNREACHABLE = "no connection to the database"
TOO_MUCH = "too much is asked of the database at once"
TOO_SLOW = "the database takes too long"
DISK_ERROR = "the disk reports an error"
DAMAGED = "the database is damaged"
NO_DATABASE = "the database file is not a database"
INTERNAL = "the database reports an internal error"
REFUSED = "the database takes no connections"
EMPTY = "the database holds nothing of Debrief"
COLLIDED = "two changes met, and this one gave way"

# By the first parts of SQLite's names of its result codes: https://sqlite.org/rescode.html
_SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_PROTOCOL": LOCKED,
    "SQLITE_READONLY_DBMOVED": GONE,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": DISK_ERROR,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": NO_DATABASE,
    "SQLITE_CANTOPEN": "the database file cannot be opened",
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
    "53300": "the database has no connection left",
    "58030": DISK_ERROR,
    "08": UNREACHABLE,
    "28": "the database refuses the password",
    "57": UNREACHABLE,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "XX": INTERNAL,
}
# These pass by themselves, and say nothing about the next transaction.
_PASSING = {TOO_MUCH, TOO_SLOW, COLLIDED}


class DatabaseError(BotError):
    """The database does not answer: {reason}. Nothing was recorded; try again in a minute."""

    def __init__(self, **facts: object) -> None:
        """`reason` is the cause in a few words."""
        super().__init__(**facts)
        self.reason = str(facts["reason"])

    @property
    def passes(self) -> bool:
        """Whether it was this transaction's bad luck, and no trouble that lasts."""
        return self.reason in _PASSING


class OutcomeUnknown(DatabaseError):
    """The database did not confirm what was to be recorded: {reason}. Look whether it is there
    before you try again."""


@dataclass(frozen=True)
class Trouble:
    """What keeps the database from working, since it was first noticed."""

    reason: str
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> int:
        """How long it has lasted."""
        return round(time.monotonic() - self.began)


@contextmanager
def told() -> Iterator[None]:
    """Raise `DatabaseError` where the database is in trouble; a mistake of ours stays what it is."""
    try:
        yield
    except SQLAlchemyError as error:
        known = _known(error)
        if known is None:
            raise
        raise DatabaseError(reason=known) from error


def reason(error: BaseException) -> str:
    """Say the cause of an error in a few plain words."""
    if isinstance(error, DatabaseError):
        return error.reason
    return _known(error) or first_line(error)


def first_line(error: BaseException) -> str:
    """What the database itself said, without the statement that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def breaks_connection(error: BaseException) -> bool:
    """Whether a SQLite connection is better opened anew after an error.

    One that was opened while the file could only be read stays so, and a cache that was filled from
    a damaged or a missing disk is not to be trusted.
    """
    known = _of_sqlite(error)
    return known is not None and known != LOCKED


def _known(error: BaseException) -> str | None:
    if isinstance(error, NoneFree):
        return TOO_MUCH
    said = getattr(error, "orig", None) or error
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return _of_sqlite(said) or _of_postgresql(said) or (UNREACHABLE if lost else None)


def _of_sqlite(error: BaseException) -> str | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_ERROR" and str(error).startswith("no such table"):
        return EMPTY  # every start makes all tables: somebody has emptied the file
    return next((words for code, words in _SQLITE.items() if name.startswith(code)), None)


def _of_postgresql(error: BaseException) -> str | None:
    if not hasattr(error, "sqlstate"):
        return None
    state = error.sqlstate
    if state is None:  # no connection, hence no answer of a server: but only then
        kinds = {kind.__name__ for kind in type(error).__mro__}
        return UNREACHABLE if "OperationalError" in kinds else None
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
