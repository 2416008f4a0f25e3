"""Remove secrets from a database written by an earlier version of Debrief that had fewer rules."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update

from bot.redaction import redact_all
from storage import library
from storage.engine.errors import translate_errors
from storage.engine.store import Store
from storage.tables import Table as Ours
from storage.tables.redacted import RedactedJSON, RedactedText


def remove(store: Store) -> int:
    """Redact every text in every table; return how many rows had a secret.

    SQLite's file is rewritten afterwards, because replaced text would stay in its free pages.
    """
    with translate_errors(), store.engine.begin() as connection:
        changed = sum(_redact(connection, table) for table in Ours.metadata.sorted_tables)
        library.rebuild_index(connection)
    if store.file is not None:
        with closing(sqlite3.connect(store.file)) as file:
            file.execute("VACUUM")
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def _redact(connection: Connection, table: Table) -> int:
    columns = list(_text_columns(table))
    if not columns:
        return 0
    changed = 0
    for row in connection.execute(select(*table.primary_key, *columns)).mappings().all():
        clean = {column.name: redact_all(row[column.name]) for column in columns}
        if any(clean[name] != row[name] for name in clean):
            is_row = [column == row[column.name] for column in table.primary_key]
            connection.execute(update(table).where(*is_row).values(**clean))
            changed += 1
    return changed


def _text_columns(table: Table) -> Iterator[Column[Any]]:
    for column in table.columns:
        if isinstance(column.type, RedactedText | RedactedJSON) and not column.primary_key:
            yield column
