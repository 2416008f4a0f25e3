"""The weekly figures of action items, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.incident import Incident, Severity
from bot.domain.weekly_digest import OverdueItems, Week, WeeklyFigures
from bot.domain.weekly_digest import combine_counts as put_together
from storage import action_item_figures, action_items
from storage.engine.store import Session
from storage.tables import ActionItemRow
from tests.storage.conftest import NOON, declare

DAY = timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def incident(session: Session) -> Incident:
    return declare(session)


def add(session: Session, incident: Incident, **changes: Any) -> ActionItem:
    values: dict[str, Any] = {
        "incident_id": incident.id,
        "text": "alert on queue depth",
        "state": ItemState.OPEN,
        "created_by": "U1",
        "created_at": NOON - 30 * DAY,
    }
    return action_items.add(session, **(values | changes))


def add_done(session: Session, incident: Incident, days_ago: int, **changes: Any) -> ActionItem:
    at = NOON - days_ago * DAY
    return add(session, incident, state=ItemState.DONE, done_at=at, **changes)


def count_week(session: Session) -> WeeklyFigures:
    return put_together(
        action_item_figures.count_week(session, Week(until=NOON, today=TODAY)), NOON
    )


def test_a_week_without_action_items_has_nothing_to_report(session: Session) -> None:
    figures = count_week(session)
    assert figures == WeeklyFigures(
        opened=0, done=0, open=0, fell_due=0, kept=0, overdue=0, oldest=0
    )
    assert figures.is_silent


@pytest.mark.parametrize(("days_ago", "opened"), [(0, 0), (1, 1), (7, 1), (8, 0)])
def test_opened_counts_items_of_the_last_seven_days(
    session: Session, incident: Incident, days_ago: int, opened: int
) -> None:
    add(session, incident, created_at=NOON - days_ago * DAY)
    assert count_week(session).opened == opened


@pytest.mark.parametrize(("days_ago", "counted"), [(0, 0), (1, 1), (7, 1), (8, 0)])
def test_done_counts_items_of_the_last_seven_days(
    session: Session, incident: Incident, days_ago: int, counted: int
) -> None:
    add_done(session, incident, days_ago)
    assert count_week(session).done == counted


@pytest.mark.parametrize(("days_ago", "fell"), [(0, 0), (1, 1), (7, 1), (8, 0), (-1, 0)])
def test_fell_due_counts_items_due_in_the_last_seven_days(
    session: Session, incident: Incident, days_ago: int, fell: int
) -> None:
    add(session, incident, due=TODAY - days_ago * DAY)
    assert count_week(session).fell_due == fell


def test_done_on_time_counts_items_that_fell_due_and_are_done(
    session: Session, incident: Incident
) -> None:
    add_done(session, incident, 1, due=TODAY - DAY)
    add(session, incident, due=TODAY - DAY)
    add_done(session, incident, 1, due=TODAY + DAY)
    figures = count_week(session)
    assert (figures.fell_due, figures.kept) == (2, 1)


@pytest.mark.parametrize(("days_ago", "late"), [(0, 0), (1, 1), (90, 1)])
def test_an_item_due_today_is_not_overdue(
    session: Session, incident: Incident, days_ago: int, late: int
) -> None:
    add(session, incident, due=TODAY - days_ago * DAY)
    assert count_week(session).overdue == late


def test_a_done_item_is_neither_open_nor_overdue(session: Session, incident: Incident) -> None:
    add_done(session, incident, 1, due=TODAY - 20 * DAY)
    figures = count_week(session)
    assert (figures.open, figures.overdue, figures.oldest) == (0, 0, 0)


def test_suggested_and_dropped_items_are_not_counted(session: Session, incident: Incident) -> None:
    for state in (ItemState.SUGGESTED, ItemState.DROPPED):
        add(session, incident, state=state, created_at=NOON - DAY, due=TODAY - DAY)
    assert count_week(session).is_silent
    assert action_item_figures.find_overdue(session, TODAY, 5) == OverdueItems()


def test_oldest_is_the_age_of_the_oldest_open_item(session: Session, incident: Incident) -> None:
    add(session, incident)
    add(session, incident, created_at=NOON - 3 * DAY)
    add_done(session, incident, 1, created_at=NOON - 99 * DAY)
    assert count_week(session).oldest == 30


def test_figures_are_split_by_the_incidents_severity(session: Session, incident: Incident) -> None:
    minor = declare(session, 2, severity=Severity.P3)
    unknown = declare(session, 3, severity=None)
    add(session, incident, due=TODAY - DAY)
    add_done(session, minor, 2, due=TODAY - DAY)
    add(session, unknown)
    figures = count_week(session)
    assert list(figures.by_severity) == ["P1", "P3", ""]
    assert figures.by_severity["P1"] == {
        "opened": 0, "done": 0, "open": 1, "fell_due": 1, "kept": 0, "overdue": 1,
    }  # fmt: skip
    assert figures.by_severity["P3"]["kept"] == figures.by_severity["P3"]["done"] == 1
    assert figures.open == sum(counts["open"] for counts in figures.by_severity.values()) == 2


def test_overdue_items_are_listed_longest_overdue_first(
    session: Session, incident: Incident
) -> None:
    for days in (1, 9, 0, 9):
        add(session, incident, due=TODAY - days * DAY)
    add(session, incident)
    add_done(session, incident, 1, due=TODAY - 9 * DAY)
    late = action_item_figures.find_overdue(session, TODAY, 5)
    assert [(TODAY - (item.due or TODAY)).days for item, _ in late.items] == [9, 9, 1]
    assert {key for _, key in late.items} == {incident.key}
    assert (late.more, late.private) == (0, 0)
    assert (
        action_item_figures.find_overdue(session, TODAY, 1).more,
        len(action_item_figures.find_overdue(session, TODAY, 1).items),
    ) == (
        2,
        1,
    )


def test_overdue_items_of_private_incidents_are_counted_but_not_listed(
    session: Session, incident: Incident
) -> None:
    hidden = declare(session, 2, private=True)
    for _ in range(3):
        add(session, hidden, due=TODAY - DAY)
    add(session, incident, due=TODAY - DAY)
    late = action_item_figures.find_overdue(session, TODAY, 5)
    assert [key for _, key in late.items] == [incident.key]
    assert (late.more, late.private) == (0, 1)
    assert count_week(session).overdue == 4


@contextmanager
def record_loaded_items() -> Iterator[list[object]]:
    """The action item rows that the ORM loads in the meantime."""
    loaded: list[object] = []

    def on_load(target: object, _context: object) -> None:
        loaded.append(target)

    mapper: Mapper[Any] = ActionItemRow.__mapper__  # type: ignore[attr-defined]
    event.listen(mapper, "load", on_load)
    try:
        yield loaded
    finally:
        event.remove(mapper, "load", on_load)


@contextmanager
def record_statements(session: Session) -> Iterator[list[str]]:
    executed: list[str] = []

    def on_execute(_c: object, _u: object, statement: str, *_: object) -> None:
        executed.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", on_execute)
    try:
        yield executed
    finally:
        event.remove(engine, "before_cursor_execute", on_execute)


def test_many_items_are_counted_in_sql_without_loading_them(
    session: Session, incident: Incident
) -> None:
    for days in range(300):
        add(session, incident, due=TODAY - days * DAY)
    session.flush()
    session.expunge_all()
    with record_loaded_items() as rows, record_statements(session) as executed:
        assert count_week(session).open == 300
        assert action_item_figures.find_overdue(session, TODAY, 5).more == 294
    assert len(rows) == 5
    assert len(executed) == 1 + 2 + 5
