from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from storage.engine import stored_secrets
from storage.engine.store import Store
from storage.tables import Table
from storage.tables.redacted import RedactedJSON, RedactedText

GITHUB = "ghp_" + "a1" * 18


def test_each_column_of_text_or_json_removes_secrets() -> None:
    dialect = sqlite.dialect()
    held = {
        f"{table.name}.{column.name}": column.type
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if str(column.type.compile(dialect)).startswith(("VARCHAR", "TEXT", "JSON"))
    }
    plain = [
        name for name, kind in held.items() if not isinstance(kind, RedactedText | RedactedJSON)
    ]
    assert held
    assert plain == []


def test_secrets_of_an_earlier_version_are_removed(store: Store) -> None:
    with store.engine.begin() as connection:  # past the columns' types, as an earlier version did
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
        kept = connection.execute(
            text("SELECT value FROM settings WHERE name = 'note'")
        ).scalar_one()
        figures = connection.execute(text("SELECT figures FROM digests")).scalar_one()
    assert kept == "use [removed: GitHub token]"
    assert "ghp_" not in str(figures)
    if store.file is not None:
        assert GITHUB.encode() not in store.file.read_bytes()
