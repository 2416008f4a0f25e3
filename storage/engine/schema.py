"""Migrations: the schema is brought up to date at start, and a newer one is left alone."""

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
from storage.library import WORDS
from storage.tables import Table

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK = 712_906_118  # any number, the same for every replica: pg_advisory_xact_lock wants one


class NewerSchema(BotError):
    """The database is at revision {found}, newer than this version of Debrief knows: install the
    version that wrote it, or restore a backup made before the upgrade."""


class DatabaseRefused(BotError):
    """The database {url} cannot be used ({reason}). Check DATABASE_URL, that the server runs or the
    folder exists, and that it may be written."""


def upgrade(store: Store) -> None:
    """Run what is missing, one process at a time; raise `NewerSchema` before touching anything."""
    with _usable(store):
        store.expect(None)
        store.expect(_upgrade(store))


def _upgrade(store: Store) -> str | None:
    """Return the revision that the database has now."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _found(connection)
        _refuse_newer(found)
        if found == _known()[0]:
            return found
        command.upgrade(_config(connection), "head")
        return _found(connection)


@contextmanager
def _usable(store: Store) -> Iterator[None]:
    """Say in one sentence that it is not: a file of another kind, a role that may make no tables."""
    try:
        yield
    except SQLAlchemyError as error:
        if reason(error) == DAMAGED:  # what isn't a database may be another file than was meant
            raise integrity.damaged(integrity.SIGNS[DAMAGED], store.file) from error
        url = store.engine.url.render_as_string(hide_password=True)
        raise DatabaseRefused(url=url, reason=first_line(error)) from error


def pending(store: Store) -> bool:
    """Whether the database is behind this code; `DatabaseRefused` when that cannot be seen."""
    with _usable(store), store.engine.connect() as connection:
        return _found(connection) != _known()[0]


def drifted(store: Store) -> bool:
    """Whether the tables differ from what the code declares: a migration was forgotten."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        return bool(compare_metadata(context, Table.metadata))


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic is to look at it: not at an index of words, which each engine has in its manner."""
    return not (kind == "table" and (name or "").startswith(WORDS))


def revise(store: Store, message: str) -> str:
    """Write the migration from the schema of `store` to the declared tables; return its file."""
    with store.engine.begin() as connection:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
    assert isinstance(made, Script)  # noqa: S101 - one message makes one script
    return str(Path(made.path).relative_to(Path(__file__).parents[2]))


def refuse_newer(store: Store) -> None:
    """Raise `NewerSchema` when a newer version of Debrief wrote the database."""
    with store.engine.connect() as connection:
        _refuse_newer(_found(connection))


def _refuse_newer(found: str | None) -> None:
    if found and found not in _known():
        raise NewerSchema(found=found)


@cache
def _known() -> tuple[str, ...]:
    """The revisions that this code has, the newest first; read once, since each is a module."""
    scripts = ScriptDirectory(str(_MIGRATIONS)).walk_revisions()
    return tuple(script.revision for script in scripts)


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
