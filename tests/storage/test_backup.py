"""Backups: the whole database out of one store and into another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.incident import Role
from bot.domain.job import Job, JobKind
from bot.domain.library_page import LibraryPage
from bot.domain.library_query import parse_query
from storage import incidents, library, library_search, outbox, outbox_claims, settings
from storage.engine import backup, schema
from storage.engine.store import Session, Store
from storage.outbox_claims import ClaimTerms
from storage.tables import Table
from tests.storage.conftest import NOON, declare
from tests.support.postgres import postgres_database

TERMS = ClaimTerms(lease=timedelta(seconds=1), pace=timedelta(seconds=1))
PIN_JOB = Job(kind=JobKind.PIN, lane="incident:1", about={"ß": [1, None]})


def read_rows(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.begin() as session:
        return {
            table.name: sorted(map(tuple, session.connection().execute(select(table))), key=str)
            for table in Table.metadata.sorted_tables
        }


@pytest.fixture
def filled(store: Store) -> Store:
    with store.begin() as session:
        incident = declare(session, title="ünïcode ' \" \\")
        incidents.assign(session, incident.id, Role(name="lead", person="U1", since=NOON))
        settings.save(session, "team", "T1")
        first = outbox.enqueue(session, PIN_JOB, NOON)
        outbox.enqueue(session, Job(kind=JobKind.PIN, lane="x", answers=first), NOON)
        assert len(outbox_claims.claim(session, NOON, TERMS, 1)) == 1
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second, empty database."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'other.db'}")
        yield store
        store.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        store = Store(url)
        yield store
        store.close()


@pytest.fixture
def file(filled: Store, tmp_path: Path) -> Path:
    assert backup.create(filled, tmp_path / "backup") == 1
    return tmp_path / "backup"


def damage(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def search_keys(store: Store, typed: str) -> list[str]:
    with store.begin() as session:
        return [
            incident.key
            for incident, _ in library_search.find(session, parse_query(typed), (), 9).incidents
        ]


def _incident_id(session: Session) -> int:
    incident = incidents.by_key(session, "INC-2026-001")
    assert incident
    return incident.id


@pytest.mark.parametrize("mode", ["other", "same"])
def test_restored_incidents_are_searchable(
    filled: Store, other: Store, file: Path, mode: str
) -> None:
    with filled.begin() as session:
        page = LibraryPage(title="Checkout fails", lines=("the pool is full",))
        library.save_page(session, _incident_id(session), page, 1)
    assert search_keys(filled, "pool") == ["INC-2026-001"]
    backup.create(filled, file)
    target = other if mode == "other" else filled
    if mode == "same":
        with filled.begin() as session:
            library.save_page(
                session,
                _incident_id(session),
                LibraryPage(title="Checkout fails", lines=("zanzibar",)),
                1,
            )
        assert search_keys(filled, "pool") == []
    backup.restore(target, file, replace=True)
    assert search_keys(target, "pool") == ["INC-2026-001"]
    assert search_keys(target, "zanzibar") == []


def test_a_backup_restores_into_sqlite_and_postgresql(
    filled: Store, other: Store, file: Path
) -> None:
    assert backup.restore(other, file) == 1
    before, after = read_rows(filled), read_rows(other)
    del before["outbox"], after["outbox"]
    assert after == before
    assert sum(map(len, after.values())) >= 3


def test_ids_continue_after_the_last_restored_incident(
    filled: Store, other: Store, file: Path
) -> None:
    backup.restore(other, file)
    with other.begin() as session:
        last = incidents.by_key(session, "INC-2026-001")
        assert last is not None
        assert declare(session, 2).id == last.id + 1
    assert filled.trouble is None


def test_restored_jobs_are_looked_up_in_slack_before_being_sent_again(
    other: Store, file: Path
) -> None:
    backup.restore(other, file)
    with other.begin() as session:
        jobs = outbox_claims.claim(session, NOON, TERMS, 9)
    assert sorted((job.lane, job.unsure_since) for job in jobs) == [
        ("incident:1", NOON),
        ("x", NOON),
    ]


def test_existing_incidents_are_overwritten_only_with_replace(
    filled: Store, file: Path, tmp_path: Path
) -> None:
    with filled.begin() as session:
        declare(session, 2)
    before = read_rows(filled)
    with pytest.raises(backup.IncidentsThere, match="already has 2 incidents"):
        backup.restore(filled, file)
    assert read_rows(filled) == before
    assert backup.restore(filled, file, replace=True) == 1
    assert len(read_rows(filled)["incidents"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "." not in path.name) == ["backup"]


def test_an_inconsistent_backup_changes_nothing(filled: Store, file: Path) -> None:
    before = read_rows(filled)
    damage(file, "UPDATE roles SET incident_id = 404")
    with pytest.raises(backup.NotABackup, match="isn't a Debrief backup"):
        backup.restore(filled, file, replace=True)
    assert read_rows(filled) == before


def test_a_backup_of_a_newer_version_is_refused(filled: Store, file: Path) -> None:
    before = read_rows(filled)
    damage(file, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(schema.NewerSchema):
        backup.restore(filled, file, replace=True)
    assert read_rows(filled) == before


def test_a_database_with_another_schema_version_is_not_backed_up(
    filled: Store, other: Store
) -> None:
    target = Path("never made")
    with other.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    with pytest.raises(backup.NotYetUpgraded):
        backup.create(other, target)
    with other.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    with pytest.raises(schema.NewerSchema):
        backup.create(other, target)
    assert not target.exists()
    assert filled.trouble is None
