from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.weekly_digest import SeverityCounts, Week, WeeklyFigures, combine_counts, week_name

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTED = ("opened", "done", "open", "fell_due", "kept", "overdue")


def tally(severity: str = "P1", oldest: datetime | None = None, **counts: Any) -> SeverityCounts:
    return SeverityCounts(severity=severity, oldest=oldest, **(dict.fromkeys(COUNTED, 0) | counts))


def _named(counts: tuple[int, ...]) -> dict[str, Any]:
    return dict(zip(COUNTED, counts, strict=True))


def test_a_week_is_the_seven_days_before() -> None:
    week = Week(until=MONDAY, today=MONDAY.date())
    assert (week.start, week.first) == (MONDAY - 7 * DAY, date(2026, 3, 9))


def test_nothing_counted_is_nothing_to_say() -> None:
    assert combine_counts([], MONDAY).is_silent
    assert not combine_counts([tally(opened=1)], MONDAY).is_silent


def test_without_anything_due_there_is_no_share() -> None:
    assert combine_counts([tally(done=1)], MONDAY).share_kept is None
    assert combine_counts([tally(fell_due=3, kept=2)], MONDAY).share_kept == 67


def test_a_severity_without_anything_is_left_out_and_the_worst_comes_first() -> None:
    made = combine_counts(
        [tally(""), tally("P2", open=1), tally("P4"), tally("P0", done=1)], MONDAY
    )
    assert list(made.by_severity) == ["P0", "P2"]
    made = combine_counts([tally("", open=1), tally("P2", open=1)], MONDAY)
    assert list(made.by_severity) == ["P2", ""]


def test_the_oldest_of_all_severities_counts() -> None:
    made = combine_counts(
        [tally(oldest=MONDAY - 3 * DAY), tally("P2", oldest=MONDAY - 9.5 * DAY)], MONDAY
    )
    assert made.oldest == 9


def test_figures_of_before_severities_were_counted_can_be_read() -> None:
    kept: dict[str, Any] = dict.fromkeys((*COUNTED, "oldest"), 1)
    assert WeeklyFigures(**kept).by_severity == {}


def test_figures_are_kept_and_read_as_they_are() -> None:
    made = combine_counts([tally(open=2, oldest=MONDAY)], MONDAY)
    kept = made.as_dict()
    assert WeeklyFigures(**kept) == made  # type: ignore[arg-type]  # as JSON gives them back


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
    assert week_name(date.fromisoformat(day)) == week


@given(st.lists(st.tuples(*[st.integers(0, 9) for _ in COUNTED]), max_size=6))
def test_the_whole_is_the_sum_of_its_severities(counts: list[tuple[int, ...]]) -> None:
    tallies = [tally(f"P{number}", **_named(each)) for number, each in enumerate(counts)]
    made = combine_counts(tallies, MONDAY)
    for name in COUNTED:
        assert getattr(made, name) == sum(each[name] for each in made.by_severity.values())
