"""Migrations: upgrade the schema at start, and refuse a newer one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import BotError
from storage.engine import integrity
from storage.engine.errors import DAMAGED, first_line, reason
from storage.engine.store import Store
from storage.library import INDEX_TABLE
from storage.tables import Table

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK = 712_906_118  # for pg_advisory_xact_lock: any number, the same for every replica


class NoDatabase(BotError):
    """There's no database at {file} yet. Check DATABASE_URL, or start the bot first."""


class NewerSchema(BotError):
    """The database is at revision {found}, which this version of Debrief doesn't know. Install the
    version that wrote it, or restore a backup from before the upgrade."""


class DatabaseRefused(BotError):
    """Can't use the database {url} ({reason}). Check DATABASE_URL. For PostgreSQL, check that the
    server is running; for SQLite, that the folder exists and is writable."""


def upgrade(store: Store) -> None:
    """Run pending migrations, one process at a time.

    Raises NewerSchema before changing anything.
    """
    with _explain_failures(store):
        store.require_revision(None)
        store.require_revision(_upgrade(store))


def _upgrade(store: Store) -> str | None:
    """Upgrade, and return the database's revision."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        revision = _get_revision(connection)
        _refuse_newer(revision)
        if revision == _known_revisions()[0]:
            return revision
        command.upgrade(_config(connection), "head")
        return _get_revision(connection)


@contextmanager
def _explain_failures(store: Store) -> Iterator[None]:
    """Raise a readable error if the database can't be used: another file, or missing privileges."""
    try:
        yield
    except SQLAlchemyError as error:
        if reason(error) == DAMAGED:  # a file that isn't a database may be the wrong file
            raise integrity.damage_error(integrity.DAMAGE_BY_REASON[DAMAGED], store.file) from error
        url = store.engine.url.render_as_string(hide_password=True)
        raise DatabaseRefused(url=url, reason=first_line(error)) from error


def require_database(store: Store) -> None:
    """Raise NoDatabase if the SQLite file doesn't exist; connecting would create an empty one."""
    if store.file is not None and not store.file.exists():
        raise NoDatabase(file=store.file)


def is_outdated(store: Store) -> bool:
    """Return whether the database is older than this code.

    Raises NewerSchema if a newer version of Debrief wrote it, and DatabaseRefused if it can't be read.
    """
    with _explain_failures(store), store.engine.connect() as connection:
        revision = _get_revision(connection)
    _refuse_newer(revision)
    return revision != _known_revisions()[0]


def has_drifted(store: Store) -> bool:
    """Return whether tables differ from their declarations, so a migration is missing."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        return bool(compare_metadata(context, Table.metadata))


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether Alembic should compare a name; the word indexes differ by database."""
    return not (kind == "table" and (name or "").startswith(INDEX_TABLE))


def write_migration(store: Store, message: str) -> str:
    """Write the migration from the schema of `store` to the declared tables; return its file."""
    with store.engine.begin() as connection:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
    assert isinstance(script, Script)  # noqa: S101 - one message makes one script
    return str(Path(script.path).relative_to(Path(__file__).parents[2]))


def _refuse_newer(revision: str | None) -> None:
    if revision and revision not in _known_revisions():
        raise NewerSchema(found=revision)


@cache
def _known_revisions() -> tuple[str, ...]:
    """Return this code's revisions, newest first; cached, since each is a module."""
    scripts = ScriptDirectory(str(_MIGRATIONS)).walk_revisions()
    return tuple(script.revision for script in scripts)


def _get_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
