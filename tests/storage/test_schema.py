import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from storage import library
from storage.engine import schema
from storage.engine.store import Store
from storage.tables import Table
from tests.storage.conftest import run_concurrently

REVISIONS = [
    each.revision
    for each in ScriptDirectory(
        str(Path(schema.__file__).parents[1] / "migrations")
    ).walk_revisions()
]


BEFORE_VERSIONS = """
INSERT INTO incidents (id, key, title, status, channel_name, private, declared_by, declared_at,
  resolution, announcement, fetched, gaps)
VALUES (1, 'INC-1', 't', 'declared', 'c', false, 'U1', '2026-03-10 12:00:00', '', '{}', 0, 0);
INSERT INTO timeline_events (id, incident_id, channel_id, message_id, author, text, happened_at,
  kind, source, detail, edited, deleted)
VALUES (1, 1, 'C1', '1.0', 'U1', 'last', '2026-03-10 12:00:00', 'message', 'heard', '', true, false);
INSERT INTO revisions (event_id, text, replaced_at)
VALUES (1, 'first', '2026-03-10 12:00:00'), (1, 'second', '2026-03-10 12:01:00')
"""


def table_names(store: Store) -> set[str]:
    names = set(inspect(store.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if schema.is_declared(name, "table", None)}


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    store = Store(empty_url)
    yield store
    store.close()


@pytest.fixture
def store(empty: Store) -> Store:
    """An upgraded database of the test's own."""
    schema.upgrade(empty)
    return empty


def test_migrating_an_empty_database_creates_the_declared_tables(empty: Store) -> None:
    schema.upgrade(empty)
    assert table_names(empty) == set(Table.metadata.tables)
    assert not schema.has_drifted(empty)


def test_a_missing_table_counts_as_drift(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE settings"))
    assert schema.has_drifted(store)


def test_an_empty_database_is_outdated_until_upgraded(empty: Store) -> None:
    before = schema.is_outdated(empty)
    schema.upgrade(empty)
    assert (before, schema.is_outdated(empty)) == (True, False)


def test_upgrading_an_upgraded_database_changes_nothing(store: Store) -> None:
    schema.upgrade(store)
    assert not schema.has_drifted(store)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_migration_runs_down_and_up_again(store: Store, revision: str) -> None:
    with store.engine.begin() as connection:
        command.downgrade(schema._config(connection), f"{revision}-1")
    with store.engine.begin() as connection:
        command.upgrade(schema._config(connection), "head")
    assert not schema.has_drifted(store)


def test_stored_texts_without_a_version_get_one(store: Store) -> None:
    with store.engine.begin() as connection:
        command.downgrade(schema._config(connection), "0002")
        for statement in BEFORE_VERSIONS.split(";"):
            connection.execute(text(statement))
    schema.upgrade(store)
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT text, version FROM revisions ORDER BY id"))
        assert [tuple(row) for row in found] == [("first", "before-1"), ("second", "before-2")]
    assert not schema.has_drifted(store)


def test_incidents_of_an_earlier_schema_are_queued_for_the_library(store: Store) -> None:
    with store.engine.begin() as connection:
        command.downgrade(schema._config(connection), "0002")
        connection.execute(text(BEFORE_VERSIONS.split(";", maxsplit=1)[0]))
    schema.upgrade(store)
    with store.begin() as session:
        assert library.list_outdated(session, 9) == [(1, 1)]


def test_downgrading_to_base_leaves_no_table(store: Store) -> None:
    with store.engine.begin() as connection:
        command.downgrade(schema._config(connection), "base")
    assert table_names(store) == set()


def test_a_newer_database_is_refused_and_left_unchanged(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.NewerSchema, match="revision 9999, which this version"):
        schema.upgrade(store)
    with store.engine.begin() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert found == "9999"


def test_concurrent_upgrades_are_safe(empty_url: str) -> None:
    stores = [Store(empty_url) for _ in range(3)]
    run_concurrently(3, lambda number: schema.upgrade(stores[number]))
    assert not schema.has_drifted(stores[0])
    for store in stores:
        store.close()


def refusal_of(url: str) -> str:
    store = Store(url)
    with pytest.raises(schema.DatabaseRefused) as refused:
        schema.upgrade(store)
    store.close()
    return str(refused.value)


def test_a_missing_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    message = refusal_of(f"sqlite:///{tmp_path / 'nowhere' / 'debrief.db'}")
    assert "(unable to open database file)" in message
    assert "\n" not in message


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in refusal_of(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "debrief.db").touch(0o400)
    assert "readonly database" in refusal_of(f"sqlite:///{tmp_path / 'debrief.db'}")


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "debrief.db").write_text("a shopping list, much longer than a header\n" * 40)
    assert "file is not a database" in refusal_of(f"sqlite:///{tmp_path / 'debrief.db'}")


def test_an_unreachable_server_is_refused_without_showing_the_password() -> None:
    message = refusal_of("postgresql://debrief:hunter2@127.0.0.1:1/debrief")
    assert "127.0.0.1:1" in message
    assert "hunter2" not in message
    assert "\n" not in message
