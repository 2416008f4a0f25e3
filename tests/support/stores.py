"""Stores for the tests: they compile a statement once in a process, as the one store of a bot does."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Dialect

from storage.engine.store import Store
from storage.tables.base import Table

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def opened(url: str) -> Store:
    """A store that shares what was compiled with those before it; who connects stays its own."""
    store = Store(url)
    if store.kind == "sqlite":
        store.engine.dialect = _dialects.setdefault(store.kind, store.engine.dialect)
        store.engine.update_execution_options(compiled_cache=_compiled)
    return store


def rows(store: Store, *, but: Collection[str] = ()) -> dict[str, list[str]]:
    """Every row of every table of ours, besides those of the tables named in `but`."""
    tables = [table for table in Table.metadata.sorted_tables if table.name not in but]
    with store.begin() as session:
        found = {table.name: session.execute(table.select()).all() for table in tables}
    return {name: sorted(str(tuple(row)) for row in kept) for name, kept in found.items()}
