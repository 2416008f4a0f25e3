from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from storage.engine import stored_secrets
from storage.engine.store import Store
from storage.tables import Table
from storage.tables.redacted import RedactedJSON, RedactedText

GITHUB = "ghp_" + "a1" * 18


def test_every_text_and_json_column_redacts_secrets() -> None:
    dialect = sqlite.dialect()
    columns = {
        f"{table.name}.{column.name}": column.type
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if str(column.type.compile(dialect)).startswith(("VARCHAR", "TEXT", "JSON"))
    }
    unredacted = [
        name for name, kind in columns.items() if not isinstance(kind, RedactedText | RedactedJSON)
    ]
    assert columns
    assert unredacted == []


def test_secrets_stored_by_an_earlier_version_are_removed(store: Store) -> None:
    with (
        store.engine.begin() as connection
    ):  # bypasses the redacting column types, as an earlier version did
        connection.execute(
            text("INSERT INTO settings (name, value) VALUES ('note', :value)"),
            {"value": f"use {GITHUB}"},
        )
        connection.execute(
            text(
                "INSERT INTO digests (week, figures, made_at) VALUES ('w', :figures, '2026-03-10')"
            ),
            {"figures": f'{{"note": "{GITHUB}"}}'},
        )
    assert stored_secrets.remove(store) == 2
    assert stored_secrets.remove(store) == 0
    with store.engine.connect() as connection:
        value = connection.execute(
            text("SELECT value FROM settings WHERE name = 'note'")
        ).scalar_one()
        figures = connection.execute(text("SELECT figures FROM digests")).scalar_one()
    assert value == "use [removed: GitHub token]"
    assert "ghp_" not in str(figures)
    if store.file is not None:
        assert GITHUB.encode() not in store.file.read_bytes()
