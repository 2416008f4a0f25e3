"""Days, weeks and months in words."""

from datetime import date, timedelta

import pytest

from bot.rendering.day_names import month_name, near_day, period

TODAY = date(2026, 3, 10)  # a Tuesday


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (3, "Friday 13 March"),
        (6, "Monday 16 March"),
        (7, "Tue 17 Mar 2026"),
        (-1, "Mon 9 Mar 2026"),
    ],
)
def test_a_near_day_is_named_as_people_do(days: int, name: str) -> None:
    assert near_day(TODAY + timedelta(days=days), TODAY) == name


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (date(2026, 3, 2), "2\u20138 March 2026"),
        (date(2026, 2, 26), "26 February \u2013 4 March 2026"),
        (date(2026, 12, 28), "28 December 2026 \u2013 3 January 2027"),
    ],
)
def test_a_week_is_named_by_its_days_without_repeating_month_or_year(
    first: date, name: str
) -> None:
    assert period(first, first + timedelta(days=6)) == name


def test_a_month_is_named() -> None:
    assert month_name("2026-03") == "March 2026"
