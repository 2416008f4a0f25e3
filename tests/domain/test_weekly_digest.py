from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.weekly_digest import SeverityCounts, Week, WeeklyFigures, combine_counts, week_name

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTED = ("opened", "done", "open", "fell_due", "kept", "overdue")


def severity_counts(
    severity: str = "P1", oldest: datetime | None = None, **counts: Any
) -> SeverityCounts:
    return SeverityCounts(severity=severity, oldest=oldest, **(dict.fromkeys(COUNTED, 0) | counts))


def _named(counts: tuple[int, ...]) -> dict[str, Any]:
    return dict(zip(COUNTED, counts, strict=True))


def test_a_digest_covers_the_seven_days_before() -> None:
    week = Week(until=MONDAY, today=MONDAY.date())
    assert (week.start, week.first) == (MONDAY - 7 * DAY, date(2026, 3, 9))


def test_a_week_without_counts_has_nothing_to_report() -> None:
    assert combine_counts([], MONDAY).is_silent
    assert not combine_counts([severity_counts(opened=1)], MONDAY).is_silent


def test_without_due_items_there_is_no_percentage() -> None:
    assert combine_counts([severity_counts(done=1)], MONDAY).share_kept is None
    assert combine_counts([severity_counts(fell_due=6, kept=4)], MONDAY).share_kept == 67
    assert (
        combine_counts([severity_counts(fell_due=4, kept=2)], MONDAY).share_kept is None
    )  # too few


def test_severities_without_counts_are_left_out_and_the_worst_comes_first() -> None:
    figures = combine_counts(
        [
            severity_counts(""),
            severity_counts("P2", open=1),
            severity_counts("P4"),
            severity_counts("P0", done=1),
        ],
        MONDAY,
    )
    assert list(figures.by_severity) == ["P0", "P2"]
    figures = combine_counts([severity_counts("", open=1), severity_counts("P2", open=1)], MONDAY)
    assert list(figures.by_severity) == ["P2", ""]


def test_the_oldest_item_of_all_severities_counts() -> None:
    figures = combine_counts(
        [
            severity_counts(oldest=MONDAY - 3 * DAY),
            severity_counts("P2", oldest=MONDAY - 9.5 * DAY),
        ],
        MONDAY,
    )
    assert figures.oldest == 9


def test_figures_stored_before_severities_were_counted_can_be_read() -> None:
    stored: dict[str, Any] = dict.fromkeys((*COUNTED, "oldest"), 1)
    assert WeeklyFigures(**stored).by_severity == {}


def test_figures_are_stored_and_read_back_unchanged() -> None:
    figures = combine_counts([severity_counts(open=2, oldest=MONDAY)], MONDAY)
    stored = figures.as_dict()
    assert WeeklyFigures(**stored) == figures  # type: ignore[arg-type]  # as read back from JSON


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-03-16", "2026-W12"),
        ("2026-01-01", "2026-W01"),
        ("2027-01-01", "2026-W53"),
        ("2024-12-30", "2025-W01"),
    ],
)
def test_a_week_is_named_as_in_iso_8601(day: str, week: str) -> None:
    assert week_name(date.fromisoformat(day)) == week


@given(st.lists(st.tuples(*[st.integers(0, 9) for _ in COUNTED]), max_size=6))
def test_the_totals_are_the_sums_of_all_severities(counts: list[tuple[int, ...]]) -> None:
    tallies = [
        severity_counts(f"P{number}", **_named(numbers)) for number, numbers in enumerate(counts)
    ]
    figures = combine_counts(tallies, MONDAY)
    for name in COUNTED:
        assert getattr(figures, name) == sum(
            by_severity[name] for by_severity in figures.by_severity.values()
        )
