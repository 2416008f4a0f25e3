from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.digest import Figures, figures, overdue, week_of

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
TODAY = MONDAY.date()
DAY = timedelta(days=1)


def item(number: int = 1, **changes: Any) -> ActionItem:
    values: dict[str, Any] = {
        "id": number,
        "incident_id": 1,
        "text": "alert on queue depth",
        "state": ItemState.OPEN,
        "created_by": "U1",
        "created_at": MONDAY - 30 * DAY,
    }
    return ActionItem(**(values | changes))


def done(days_ago: int, **changes: Any) -> ActionItem:
    return item(state=ItemState.DONE, done_at=MONDAY - days_ago * DAY, **changes)


def count(*items: ActionItem) -> Figures:
    return figures(items, until=MONDAY, today=TODAY)


def test_nothing_promised_is_nothing_to_say() -> None:
    assert count() == Figures(
        opened=0, done=0, open=0, fell_due=0, kept=0, overdue=0, oldest=0
    )  # fmt: skip
    assert count().is_silent


@pytest.mark.parametrize(("days_ago", "opened"), [(0, 0), (1, 1), (7, 1), (8, 0)])
def test_opened_counts_the_seven_days_before(days_ago: int, opened: int) -> None:
    assert count(item(created_at=MONDAY - days_ago * DAY)).opened == opened


@pytest.mark.parametrize(("days_ago", "counted"), [(0, 0), (1, 1), (7, 1), (8, 0)])
def test_done_counts_the_seven_days_before(days_ago: int, counted: int) -> None:
    assert count(done(days_ago)).done == counted


@pytest.mark.parametrize(("days_ago", "fell"), [(0, 0), (1, 1), (7, 1), (8, 0), (-1, 0)])
def test_what_fell_due_had_its_date_in_the_week(days_ago: int, fell: int) -> None:
    assert count(item(due=TODAY - days_ago * DAY)).fell_due == fell


def test_kept_are_those_that_fell_due_and_are_done() -> None:
    made = count(done(1, due=TODAY - DAY), item(due=TODAY - DAY), done(1, due=TODAY + DAY))
    assert (made.fell_due, made.kept, made.share_kept) == (2, 1, 50)


def test_without_anything_due_there_is_no_share() -> None:
    assert count(item(), done(1)).share_kept is None


@pytest.mark.parametrize(("days_ago", "late"), [(0, 0), (1, 1), (90, 1)])
def test_what_is_due_today_is_not_overdue(days_ago: int, late: int) -> None:
    assert count(item(due=TODAY - days_ago * DAY)).overdue == late


def test_what_is_done_is_neither_open_nor_overdue() -> None:
    made = count(done(1, due=TODAY - 20 * DAY))
    assert (made.open, made.overdue, made.oldest) == (0, 0, 0)


def test_the_oldest_is_the_age_of_the_oldest_open_item() -> None:
    made = count(item(), item(created_at=MONDAY - 3 * DAY), done(1, created_at=MONDAY - 99 * DAY))
    assert made.oldest == 30


def test_overdue_items_are_listed_longest_first() -> None:
    items = [
        item(1, due=TODAY - DAY),
        item(2, due=TODAY - 9 * DAY),
        item(3, due=TODAY),
        item(4),
        done(1, due=TODAY - 9 * DAY),
        item(5, due=TODAY - 9 * DAY),
    ]
    assert [each.id for each in overdue(items, TODAY)] == [2, 5, 1]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-03-16", "2026-W12"),
        ("2026-01-01", "2026-W01"),
        ("2027-01-01", "2026-W53"),
        ("2024-12-30", "2025-W01"),
    ],
)
def test_a_week_has_the_name_of_iso_8601(day: str, week: str) -> None:
    assert week_of(date.fromisoformat(day)) == week


@given(st.lists(st.builds(
    lambda state, due, ago: item(state=state, due=due, created_at=MONDAY - ago * DAY,
                                 done_at=MONDAY - DAY if state is ItemState.DONE else None),
    st.sampled_from([ItemState.OPEN, ItemState.DONE]),
    st.none() | st.dates(TODAY - 20 * DAY, TODAY + 20 * DAY),
    st.integers(0, 60),
)))  # fmt: skip
def test_figures_agree_with_each_other(items: list[ActionItem]) -> None:
    made = count(*items)
    assert 0 <= made.kept <= made.fell_due
    assert made.overdue == len(overdue(items, TODAY)) <= made.open
    assert made.open + made.done == len(items)
    assert made.is_silent == (not items)
