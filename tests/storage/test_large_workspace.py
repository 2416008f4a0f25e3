"""Requests and scheduled work take the same number of SQL statements however much data there is."""

import pytest
from sqlalchemy import text

from benchmarks import large_workspace, measure
from bot.config.context import Bot
from bot.config.policy import Policy
from storage.engine.store import Store
from storage.tables import Table

SMALL, LARGE = 40, 160  # more than any answer lists, so only N+1 queries can make a difference


def _fill(store: Store, monkeypatch: pytest.MonkeyPatch, size: int) -> Bot:
    for name in ("INCIDENTS", "ITEMS", "PARTICIPATIONS"):
        monkeypatch.setattr(large_workspace, name, size)
    monkeypatch.setattr(large_workspace, "EVENTS", 40 * size)
    large_workspace.fill(store)
    return Bot(store=store, policy=Policy(), now=lambda: large_workspace.NOW)


def _empty(store: Store) -> None:
    with store.begin() as session:
        for table in reversed(Table.metadata.sorted_tables):
            session.execute(table.delete())
        session.execute(text("DELETE FROM library_words"))


@pytest.fixture
def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """The number of SQL statements of each workload, first with little data, then with more."""
    counts: dict[str, list[int]] = {}
    for size in (SMALL, LARGE):
        _empty(store)
        bot = _fill(store, monkeypatch, size)
        for name, work in large_workspace.workloads(bot):
            counts.setdefault(name, []).append(measure.count_statements(store, work))
    return counts


def test_four_times_the_data_takes_no_more_sql_statements(counted: dict[str, list[int]]) -> None:
    grown = {name: counts for name, counts in counted.items() if counts[1] > counts[0] + 2}
    assert grown == {}  # tolerate two more: ids are fetched in batches
    assert max(each[1] for each in counted.values()) < 80
