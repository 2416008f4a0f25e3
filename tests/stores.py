"""Stores for the tests: they compile a statement once in a process, as the one store of a bot does."""

from typing import Any

from sqlalchemy import Dialect

from storage.engine import Store

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def opened(url: str) -> Store:
    """A store that shares what was compiled with those before it; who connects stays its own."""
    store = Store(url)
    if store.kind == "sqlite":
        store.engine.dialect = _dialects.setdefault(store.kind, store.engine.dialect)
        store.engine.update_execution_options(compiled_cache=_compiled)
    return store
