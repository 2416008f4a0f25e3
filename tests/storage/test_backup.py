"""The whole state out of one database and into another."""

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
POSTING = Job(kind=JobKind.PIN, lane="incident:1", about={"ß": [1, None]})


def contents(store: Store) -> dict[str, list[Any]]:
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
        first = outbox.enqueue(session, POSTING, NOON)
        outbox.enqueue(session, Job(kind=JobKind.PIN, lane="x", answers=first), NOON)
        assert len(outbox_claims.claim(session, NOON, TERMS, 1)) == 1
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second database, with nothing in it."""
    if request.param == "sqlite":
        made = Store(f"sqlite:///{tmp_path / 'other.db'}")
        yield made
        made.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        made = Store(url)
        yield made
        made.close()


@pytest.fixture
def file(filled: Store, tmp_path: Path) -> Path:
    assert backup.create(filled, tmp_path / "backup") == 1
    return tmp_path / "backup"


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute(statement)
        opened.commit()


def found(store: Store, typed: str) -> list[str]:
    with store.begin() as session:
        return [
            each.key
            for each, _ in library_search.find(session, parse_query(typed), (), 9).incidents
        ]


def _only(session: Session) -> int:
    incident = incidents.by_key(session, "INC-2026-001")
    assert incident
    return incident.id


@pytest.mark.parametrize("mode", ["other", "same"])
def test_what_comes_back_is_found_again(filled: Store, other: Store, file: Path, mode: str) -> None:
    with filled.begin() as session:
        page = LibraryPage(title="Checkout fails", lines=("the pool is full",))
        library.save_page(session, _only(session), page, 1)
    assert found(filled, "pool") == ["INC-2026-001"]
    backup.create(filled, file)
    target = other if mode == "other" else filled
    if mode == "same":
        with filled.begin() as session:
            library.save_page(
                session, _only(session), LibraryPage(title="Checkout fails", lines=("zanzibar",)), 1
            )
        assert found(filled, "pool") == []
    backup.restore(target, file, replace=True)
    assert found(target, "pool") == ["INC-2026-001"]
    assert found(target, "zanzibar") == []


def test_everything_comes_back_in_either_database(filled: Store, other: Store, file: Path) -> None:
    assert backup.restore(other, file) == 1
    before, after = contents(filled), contents(other)
    del before["outbox"], after["outbox"]
    assert after == before
    assert sum(map(len, after.values())) >= 3


def test_counting_goes_on_where_it_was(filled: Store, other: Store, file: Path) -> None:
    backup.restore(other, file)
    with other.begin() as session:
        last = incidents.by_key(session, "INC-2026-001")
        assert last is not None
        assert declare(session, 2).id == last.id + 1
    assert filled.trouble is None


def test_what_waited_is_looked_for_before_it_is_said(other: Store, file: Path) -> None:
    backup.restore(other, file)
    with other.begin() as session:
        held = outbox_claims.claim(session, NOON, TERMS, 9)
    assert sorted((job.lane, job.unsure_since) for job in held) == [
        ("incident:1", NOON),
        ("x", NOON),
    ]


def test_what_is_there_is_not_overwritten_unless_asked(
    filled: Store, file: Path, tmp_path: Path
) -> None:
    with filled.begin() as session:
        declare(session, 2)
    before = contents(filled)
    with pytest.raises(backup.IncidentsThere, match="has 2 incidents already"):
        backup.restore(filled, file)
    assert contents(filled) == before
    assert backup.restore(filled, file, replace=True) == 1
    assert len(contents(filled)["incidents"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "." not in path.name) == ["backup"]


def test_a_backup_that_does_not_fit_changes_nothing(filled: Store, file: Path) -> None:
    before = contents(filled)
    change(file, "UPDATE roles SET incident_id = 404")
    with pytest.raises(backup.NotABackup, match="is no backup of Debrief"):
        backup.restore(filled, file, replace=True)
    assert contents(filled) == before


def test_a_backup_of_a_newer_version_is_refused(filled: Store, file: Path) -> None:
    before = contents(filled)
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(schema.NewerSchema):
        backup.restore(filled, file, replace=True)
    assert contents(filled) == before


def test_a_database_of_another_version_is_not_backed_up(filled: Store, other: Store) -> None:
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
