"""Backups: the whole state in one SQLite file, of either database and for either.

A backup of SQLite is a copy of its file, made while others write. One of PostgreSQL is read in one
snapshot and written row by row. Restoring goes row by row into whichever database there is.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, func, insert, select, text, update
from sqlalchemy.exc import StatementError
from sqlmodel import col

from bot.domain.errors import BotError
from storage import library
from storage.engine import integrity, schema
from storage.engine.errors import first_line, reason, told
from storage.engine.store import DatabaseError, Store
from storage.outbox import CLAIMED, WAITING
from storage.tables import OutboxRow
from storage.tables import Table as Ours

_BATCH = 1_000  # rows
_NO_DATABASE = "it is not a SQLite database, or it is damaged"


class NoBackup(BotError):
    """{file} is no backup of Debrief ({reason}). Name a file that `debrief backup` wrote."""


class NothingToBackUp(BotError):
    """There is no database at {file} yet. Check DATABASE_URL, or start the bot first."""


class NotYetUpgraded(BotError):
    """The database is older than this version of Debrief. Run `debrief db upgrade` first."""


class WouldOverwrite(BotError):
    """{file} is there already and is not a backup. Choose another name."""


class CannotWrite(BotError):
    """{file} was not written ({reason}). Mend that or choose another place, and try again."""


class IncidentsThere(BotError):
    """The database has {count} incidents already, and nothing was changed. To have them replaced by
    the backup's, add --replace; `debrief backup` keeps what is there now."""


def write(store: Store, file: Path) -> int:
    """Write the whole state into `file`, all or nothing; return how many incidents there are."""
    _refuse_source(store)
    _refuse_target(store, file)
    with _beside(file) as made:
        _fill(store, made)
        try:
            with _read(made) as copy:
                (count,) = copy.execute("SELECT count(*) FROM incidents").fetchone()
        except NoBackup as error:  # what was copied is damaged; the backup before stays
            raise integrity.damaged(str(error.facts["reason"]), store.file) from error
    return int(count)


def read(store: Store, file: Path, *, replace: bool = False) -> int:
    """Put a backup in the place of all that is in the database; return how many incidents it had.

    Postings that waited are taken for begun: they are looked for in Slack before they are said, since
    they may have been said after the backup was made.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Store(f"sqlite:///{Path(folder) / 'backup.db'}")
        try:
            _copy(file, Path(folder) / "backup.db")
            schema.upgrade(copy)
            schema.upgrade(store)
            with (
                _noticing_damage(store),
                copy.engine.begin() as source,
                store.engine.begin() as target,
            ):
                _make_room(target, replace=replace)
                _carry(source, target)
                library.index_all(target)
                _doubt_jobs(target)
                _count_on(target)
                return _incidents(target)
        except StatementError as error:  # a row that the database will not have
            raise NoBackup(file=file, reason=first_line(error)) from error
        finally:
            copy.close()


@contextmanager
def _noticing_damage(store: Store) -> Iterator[None]:
    """Say what to do where what is there is too damaged to be replaced."""
    try:
        with told():
            yield
    except DatabaseError as error:
        if error.reason not in integrity.SIGNS:
            raise
        raise integrity.damaged(integrity.SIGNS[error.reason], store.file) from error


def _refuse_source(store: Store) -> None:
    if store.file is not None and not store.file.exists():
        raise NothingToBackUp(file=store.file)
    if schema.pending(store):
        schema.refuse_newer(store)
        raise NotYetUpgraded


def _refuse_target(store: Store, file: Path) -> None:
    if not file.exists():
        return
    if store.file is not None and store.file.samefile(file):
        raise WouldOverwrite(file=file)
    try:
        with _read(file):
            return
    except NoBackup:
        raise WouldOverwrite(file=file) from None


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file in the same folder that takes the place of `file` when all went well."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    except OSError as error:
        raise CannotWrite(file=file, reason=error.strerror) from error
    made = Path(name)
    try:
        yield made
        os.fsync(handle)
        made.replace(file)
    except sqlite3.OperationalError as error:  # a full disk, a locked database
        raise CannotWrite(file=file, reason=reason(error)) from error
    finally:
        os.close(handle)
        made.unlink(missing_ok=True)


def _fill(store: Store, made: Path) -> None:
    if store.file is not None:
        with closing(sqlite3.connect(store.file)) as source, closing(sqlite3.connect(made)) as to:
            source.backup(to)
        return
    copy = Store(f"sqlite:///{made}")
    try:
        schema.upgrade(copy)
        with told(), store.engine.connect() as begun, copy.engine.begin() as target:
            _carry(begun.execution_options(isolation_level="REPEATABLE READ"), target)
            library.index_all(target)
    finally:
        copy.close()


def _copy(file: Path, to: Path) -> None:
    """Copy a backup, so that bringing an older one up to date leaves it as it is."""
    with _read(file) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


@contextmanager
def _read(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a backup to read it; `NoBackup` when it is none."""
    if not file.is_file():
        raise NoBackup(file=file, reason="there is no such file")
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        try:
            sound = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            marks = (
                "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'incidents')"
            )
            ours = opened.execute(marks).fetchone() == (2,)
        except sqlite3.DatabaseError as error:
            raise NoBackup(file=file, reason=_NO_DATABASE) from error
        if not sound:
            raise NoBackup(file=file, reason=_NO_DATABASE)
        if not ours:
            raise NoBackup(file=file, reason="it holds no incidents of Debrief")
        yield opened


def _make_room(target: Connection, *, replace: bool) -> None:
    if target.dialect.name == "postgresql":  # a bot that runs waits, and then finds the backup
        names = ", ".join(table.name for table in Ours.metadata.sorted_tables)
        target.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    count = _incidents(target)
    if count and not replace:
        raise IncidentsThere(count=count)
    for table in reversed(Ours.metadata.sorted_tables):
        target.execute(table.delete())


def _carry(source: Connection, target: Connection) -> None:
    for table in Ours.metadata.sorted_tables:
        # By their ids: a posting comes after the one that it answers.
        rows = source.execution_options(yield_per=_BATCH).execute(
            select(table).order_by(*table.primary_key)
        )
        for batch in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in batch])


def _doubt_jobs(target: Connection) -> None:
    unsure_since = func.coalesce(col(OutboxRow.unsure_since), col(OutboxRow.written_at))
    target.execute(
        update(OutboxRow)
        .where(col(OutboxRow.state).in_((WAITING, CLAIMED)))
        .values(state=WAITING, claimed_until=None, unsure_since=unsure_since)
    )


def _count_on(target: Connection) -> None:
    """PostgreSQL's sequences do not notice rows that bring their ids with them."""
    if target.dialect.name != "postgresql":
        return
    for table in filter(_is_numbered, Ours.metadata.sorted_tables):
        highest = target.execute(select(func.max(table.c.id))).scalar_one()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        target.execute(select(func.setval(sequence, highest or 1, highest is not None)))


def _is_numbered(table: Table) -> bool:
    return "id" in table.c and isinstance(table.c.id.type, Integer)


def _incidents(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM incidents")).scalar_one())
