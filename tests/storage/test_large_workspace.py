"""However much there is, what somebody waits for takes as many SQL statements as ever."""

import pytest
from sqlalchemy import text

from benchmarks import large_workspace, measure
from bot.config.context import Bot
from bot.config.policy import Policy
from storage.engine.store import Store
from storage.tables import Table

SMALL, LARGE = 40, 160  # above what any answer lists, so that only the N of N+1 can differ


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
    """The statements of each work by its name, first with little, then with more."""
    found: dict[str, list[int]] = {}
    for size in (SMALL, LARGE):
        _empty(store)
        bot = _fill(store, monkeypatch, size)
        for name, work in large_workspace.workloads(bot):
            found.setdefault(name, []).append(measure.count_statements(store, work))
    return found


def test_four_times_as_much_takes_no_more_statements(counted: dict[str, list[int]]) -> None:
    grown = {name: each for name, each in counted.items() if each[1] > each[0] + 2}
    assert grown == {}  # two more: ids are asked for in batches
    assert max(each[1] for each in counted.values()) < 80
