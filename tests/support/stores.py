"""Stores that share compiled statements, so that each is compiled once per process, as in production."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Dialect

from storage.engine.store import Store
from storage.tables.base import Table

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def open_store(url: str) -> Store:
    """Open a store that shares compiled statements with earlier ones, but not their connections."""
    store = Store(url)
    if store.kind == "sqlite":
        store.engine.dialect = _dialects.setdefault(store.kind, store.engine.dialect)
        store.engine.update_execution_options(compiled_cache=_compiled)
    return store


def read_rows(store: Store, *, but: Collection[str] = ()) -> dict[str, list[str]]:
    """Return every row of every table of ours, except the tables in `but`."""
    tables = [table for table in Table.metadata.sorted_tables if table.name not in but]
    with store.begin() as session:
        rows_by_table = {table.name: session.execute(table.select()).all() for table in tables}
    return {
        name: sorted(str(tuple(row)) for row in table_rows)
        for name, table_rows in rows_by_table.items()
    }
