"""Fixtures for both databases. Each test starts with all tables, and all of them are empty."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import text

from bot.domain.incident import Incident, Severity, Status
from storage import incidents
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.tables import Table
from tests.support.postgres import postgres_database, superuser
from tests.support.stores import open_store

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
T = TypeVar("T")


def migrate(url: str) -> None:
    store = Store(url)
    schema.upgrade(store)
    store.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "debrief.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> Iterator[str]:
    """The URL of a database with all tables, shared by the tests because creating one takes too long."""
    with postgres_database(postgres) as url:
        migrate(url)
        yield url


def delete_all_rows(url: str) -> None:
    with superuser(url) as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        for table in reversed(Table.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'debrief.db'}"
    else:
        with postgres_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "debrief.db")
        yield f"sqlite:///{copied}"
    else:
        database_url = request.getfixturevalue("migrated_postgres")
        yield database_url
        delete_all_rows(database_url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """A session in one transaction around the whole test."""
    with store.begin() as session_in_transaction:
        yield session_in_transaction


def declare(session: Session, number: int = 1, **changes: object) -> Incident:
    """Store an incident with the channel C1, C2 and so on."""
    values = {
        "key": f"INC-2026-{number:03d}",
        "title": "checkout fails",
        "severity": Severity.P1,
        "status": Status.DECLARED,
        "channel_id": f"C{number}",
        "channel_name": f"inc-{number}",
        "declared_by": "U1",
        "declared_at": NOON,
    }
    return incidents.add(session, **(values | changes))


def run_concurrently(count: int, work: Callable[[int], T]) -> list[T]:
    """Run `work(0)`, `work(1)` and so on in threads that start at the same moment."""
    barrier = Barrier(count)

    def run(number: int) -> T:
        barrier.wait(5)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
