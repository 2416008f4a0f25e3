"""What the benchmarks share: a filled database, and the time of the slowest of several runs."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert

from storage.engine import schema
from storage.engine.store import Session, Store
from storage.tables import Table

RUNS = 7
Work = Callable[[Session], object]


@contextmanager
def filled_store(fill: Callable[[Store], None]) -> Iterator[Store]:
    """Fill the database at the URL on the command line, or else a temporary SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(sys.argv[1] if sys.argv[1:] else f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            schema.upgrade(store)
            fill(store)
            yield store
        finally:
            store.close()


def insert_rows(
    store: Store, table: type[Table], count: int, row: Callable[[int], dict[str, Any]], batch: int
) -> None:
    """Insert the rows for the numbers 1 to `count`, `batch` rows per transaction."""
    for first in range(1, count + 1, batch):
        rows = [row(number) for number in range(first, min(first + batch, count + 1))]
        with store.begin() as session:
            session.execute(insert(table), rows)


def slowest(store: Store, work: Work, *, undo: bool = False) -> float:
    """Return the time of the slowest run in milliseconds; with `undo`, changes are rolled back."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        _run(store, work, undo=undo)
        seconds.append(time.perf_counter() - began)
    return 1000 * max(seconds)


def count_statements(store: Store, work: Work) -> int:
    """Return the number of SQL statements that work executes; its changes are rolled back."""
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", record)
    try:
        _run(store, work, undo=True)
    finally:
        event.remove(store.engine, "before_cursor_execute", record)
    return len(statements)


def _run(store: Store, work: Work, *, undo: bool) -> None:
    with store.begin() as session:
        work(session)
        if undo:
            session.rollback()
