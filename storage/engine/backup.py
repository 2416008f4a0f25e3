"""Backups: all data in one SQLite file, from either database and for either.

A backup of SQLite is a copy of its file, made while others write. A backup of PostgreSQL is read in
one snapshot and written row by row. Restoring goes row by row into either database.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, func, insert, select, text, update
from sqlalchemy.exc import StatementError
from sqlmodel import col

from bot.domain.errors import BotError
from storage import library
from storage.engine import integrity, schema
from storage.engine.errors import first_line, reason, translate_errors
from storage.engine.store import DatabaseError, Store
from storage.outbox import CLAIMED, WAITING
from storage.tables import OutboxRow
from storage.tables import Table as Ours

_BATCH = 1_000  # rows
Report = Callable[[str], None]  # is passed what is being done, for people who wait
_NOT_A_DATABASE = "it's not a SQLite database, or it's corrupt"


class NotABackup(BotError):
    """{file} isn't a Debrief backup ({reason}). Choose a file that `debrief backup` wrote."""


class NotYetUpgraded(BotError):
    """The database is older than this version of Debrief. Run `debrief db upgrade` first."""


class WouldOverwrite(BotError):
    """{file} already exists and isn't a backup. Choose another name."""


class CannotWrite(BotError):
    """Can't write {file} ({reason}). Fix that or choose another location, then try again."""


class IncidentsThere(BotError):
    """The database already has {incidents}, so nothing was changed. To replace its data, add --replace.
    To keep a copy first, run `debrief backup`."""


def report_nothing(_step: str) -> None:
    """Report no progress: the default."""


def create(store: Store, file: Path, report: Report = report_nothing) -> int:
    """Write all data into `file`, all or nothing; return the number of incidents."""
    _refuse_source(store)
    _refuse_target(store, file)
    with _replace_atomically(file) as temporary:
        _copy_data(store, temporary, report)
        try:
            with _open_backup(temporary) as copy:
                (count,) = copy.execute("SELECT count(*) FROM incidents").fetchone()
        except NotABackup as error:  # the copied data is damaged; the previous backup stays
            raise integrity.damage_error(str(error.facts["reason"]), store.file) from error
    return int(count)


def restore(
    store: Store, file: Path, report: Report = report_nothing, *, replace: bool = False
) -> int:
    """Replace all data in the database by a backup; return its number of incidents.

    Waiting jobs are treated as started: they may have been sent after the backup was made, so Slack
    is checked for them first.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Store(f"sqlite:///{Path(folder) / 'backup.db'}")
        try:
            _copy(file, Path(folder) / "backup.db")
            schema.upgrade(copy)
            schema.upgrade(store)
            with (
                _explain_damage(store),
                copy.engine.begin() as source,
                store.engine.begin() as target,
            ):
                _clear_tables(target, replace=replace)
                _copy_rows(source, target, report)
                library.rebuild_index(target)
                _mark_jobs_unsure(target)
                _advance_sequences(target)
                return _incidents(target)
        except StatementError as error:  # a row that the database refuses
            raise NotABackup(file=file, reason=first_line(error)) from error
        finally:
            copy.close()


@contextmanager
def _explain_damage(store: Store) -> Iterator[None]:
    """Explain what to do if the existing database is too damaged to be replaced."""
    try:
        with translate_errors():
            yield
    except DatabaseError as error:
        if error.reason not in integrity.DAMAGE_BY_REASON:
            raise
        raise integrity.damage_error(
            integrity.DAMAGE_BY_REASON[error.reason], store.file
        ) from error


def _refuse_source(store: Store) -> None:
    schema.require_database(store)
    if schema.is_outdated(store):
        raise NotYetUpgraded


def _refuse_target(store: Store, file: Path) -> None:
    if not file.exists():
        return
    if store.file is not None and store.file.samefile(file):
        raise WouldOverwrite(file=file)
    try:
        with _open_backup(file):
            return
    except NotABackup:
        raise WouldOverwrite(file=file) from None


@contextmanager
def _replace_atomically(file: Path) -> Iterator[Path]:
    """Yield a file in the same folder that replaces `file` if all goes well."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    except OSError as error:
        raise CannotWrite(file=file, reason=error.strerror) from error
    temporary = Path(name)
    try:
        yield temporary
        os.fsync(handle)
        temporary.replace(file)
    except sqlite3.OperationalError as error:  # a full disk or a locked database
        raise CannotWrite(file=file, reason=reason(error)) from error
    finally:
        os.close(handle)
        temporary.unlink(missing_ok=True)


def _copy_data(store: Store, temporary: Path, report: Report) -> None:
    if store.file is not None:
        with (
            closing(sqlite3.connect(store.file)) as source,
            closing(sqlite3.connect(temporary)) as to,
        ):
            source.backup(
                to
            )  # in one step: in several, it begins again after each write of the bot
        return
    copy = Store(f"sqlite:///{temporary}")
    try:
        schema.upgrade(copy)
        with translate_errors(), store.engine.connect() as begun, copy.engine.begin() as target:
            _copy_rows(begun.execution_options(isolation_level="REPEATABLE READ"), target, report)
            library.rebuild_index(target)
    finally:
        copy.close()


def _copy(file: Path, to: Path) -> None:
    """Copy a backup, so that upgrading an older one leaves the original unchanged."""
    with _open_backup(file) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


@contextmanager
def _open_backup(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a backup for reading. Raises NotABackup if it isn't one."""
    if not file.is_file():
        problem = "it's not a regular file" if file.exists() else "no such file"
        raise NotABackup(file=file, reason=problem)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        try:
            is_sound = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            query = (
                "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'incidents')"
            )
            is_ours = opened.execute(query).fetchone() == (2,)
        except sqlite3.DatabaseError as error:
            raise NotABackup(file=file, reason=_NOT_A_DATABASE) from error
        if not is_sound:
            raise NotABackup(file=file, reason=_NOT_A_DATABASE)
        if not is_ours:
            raise NotABackup(file=file, reason="it has no Debrief data")
        yield opened


def _clear_tables(target: Connection, *, replace: bool) -> None:
    if target.dialect.name == "postgresql":  # a running bot waits, and then finds the backup
        names = ", ".join(table.name for table in Ours.metadata.sorted_tables)
        target.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    count = _incidents(target)
    if count and not replace:
        raise IncidentsThere(incidents="1 incident" if count == 1 else f"{count} incidents")
    for table in reversed(Ours.metadata.sorted_tables):
        target.execute(table.delete())


def _copy_rows(source: Connection, target: Connection, report: Report) -> None:
    for table in Ours.metadata.sorted_tables:
        report(f"Copying {table.name.replace('_', ' ')}")
        # By id: a job comes after the one it replies to.
        rows = source.execution_options(yield_per=_BATCH).execute(
            select(table).order_by(*table.primary_key)
        )
        for batch in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in batch])


def _mark_jobs_unsure(target: Connection) -> None:
    unsure_since = func.coalesce(col(OutboxRow.unsure_since), col(OutboxRow.written_at))
    target.execute(
        update(OutboxRow)
        .where(col(OutboxRow.state).in_((WAITING, CLAIMED)))
        .values(state=WAITING, claimed_until=None, unsure_since=unsure_since)
    )


def _advance_sequences(target: Connection) -> None:
    """Advance PostgreSQL's sequences, which don't notice rows inserted with their ids."""
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
