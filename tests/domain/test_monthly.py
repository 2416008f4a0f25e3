from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.monthly import (
    CountedIncident,
    Month,
    MonthlyFigures,
    Share,
    Spread,
    compute_month,
    compute_spread,
    working_days_between,
)

OCTOBER = Month(date(2026, 10, 1), UTC)
NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
WEEKDAYS = frozenset(range(5))


def incident(number: int = 1, **changes: Any) -> CountedIncident:
    values: dict[str, Any] = {
        "id": number,
        "title": f"thing {number}",
        "severity": "P1",
        "declared_at": NOON,
        "resolved_at": NOON + DAY,
    }
    return CountedIncident(**(values | changes))


def compute(*incidents: CountedIncident, kept: Share | None = None) -> MonthlyFigures:
    return compute_month(OCTOBER, kept or Share(0, 0), incidents, WEEKDAYS)


def test_a_month_begins_and_ends_at_midnight_in_the_readers_zone() -> None:
    month = Month(date(2026, 10, 1), ZoneInfo("Pacific/Auckland"))
    assert month.start == datetime(2026, 9, 30, 11, 0, tzinfo=UTC)
    assert month.end == datetime(
        2026, 10, 31, 11, 0, tzinfo=UTC
    )  # the clocks went forward in this month
    assert month.contains(month.start)
    assert not month.contains(month.end)
    assert not month.contains(None)


@pytest.mark.parametrize(
    ("first", "after", "before"),
    [("2026-02-01", "2026-03-01", "2026-01"), ("2026-01-01", "2026-02-01", "2025-12"),
     ("2026-12-01", "2027-01-01", "2026-11"), ("2028-02-01", "2028-03-01", "2028-01")],
)  # fmt: skip
def test_months_know_their_neighbours(first: str, after: str, before: str) -> None:
    month = Month(date.fromisoformat(first), UTC)
    assert month.after == date.fromisoformat(after)
    assert month.before().name == before


def test_a_month_without_incidents_and_items_has_nothing_to_report() -> None:
    assert compute().is_silent
    assert compute(incident(declared_at=NOON - 60 * DAY, resolved_at=NOON - 50 * DAY)).is_silent
    assert not compute(incident()).is_silent
    assert not compute(kept=Share(0, 1)).is_silent


@pytest.mark.parametrize(("whole", "percent"), [(0, None), (4, None), (5, 60)])
def test_a_percentage_needs_at_least_five_values(whole: int, percent: int | None) -> None:
    assert Share(3, whole).percent == percent


def test_a_median_needs_five_values_and_a_percentile_ten() -> None:
    assert compute_spread([1, 2, 3, 4]) == Spread(4)
    assert compute_spread([5, 1, 3, 2, 4]) == Spread(5, 3.0)
    assert compute_spread(range(1, 10)) == Spread(9, 5.0)
    assert compute_spread(range(1, 11)) == Spread(10, 5.5, 9.0)


@given(st.lists(st.integers(0, 10_000), min_size=10, max_size=200))
def test_the_ninetieth_percentile_is_not_exceeded_by_nine_of_ten_values(values: list[int]) -> None:
    ninth = compute_spread(values).ninth
    assert ninth is not None
    assert 10 * sum(value <= ninth for value in values) >= 9 * len(values)
    assert 10 * sum(value < ninth for value in values) < 9 * len(values)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-10-14", "2026-10-14", 0),
        ("2026-10-14", "2026-10-15", 1),
        ("2026-10-16", "2026-10-19", 1),  # Friday to Monday
        ("2026-10-17", "2026-10-18", 0),
        ("2026-10-14", "2026-10-21", 5),
        ("2026-10-15", "2026-10-14", 0),  # the clock was set back
    ],
)
def test_only_working_days_are_counted(first: str, last: str, days: int) -> None:
    found = working_days_between(date.fromisoformat(first), date.fromisoformat(last), WEEKDAYS)
    assert found == days


def test_written_postmortems_are_the_final_ones_among_those_required() -> None:
    figures = compute(
        incident(1, needed=True, final_at=NOON + 60 * DAY),  # also when it became final later
        incident(2, needed=True),
        incident(3, needed=True, skipped=True),
        incident(4, final_at=NOON + 2 * DAY),  # not required
        incident(5, needed=True, resolved_at=None),
        incident(6, needed=True, resolved_at=OCTOBER.end),
    )
    assert (figures.written, figures.skipped) == (Share(1, 3), 1)


def test_days_to_final_count_in_the_month_of_finalization() -> None:
    old = NOON - 30 * DAY
    finals = [incident(n, declared_at=old, resolved_at=old, final_at=NOON) for n in range(5)]
    later = incident(9, final_at=OCTOBER.end)
    assert compute(*finals, later).to_final == Spread(5, 22.0)


def test_a_similar_incident_within_thirty_days_is_a_repeat() -> None:
    first = incident(1, title="checkout is down", declared_at=NOON - 30 * DAY)
    assert compute(first, incident(2, title="checkout fails")).repeats == Share(1, 1)
    early = incident(1, title="checkout is down", declared_at=NOON - 31 * DAY)
    assert compute(early, incident(2, title="checkout fails")).repeats == Share(0, 1)
    other = incident(1, title="search is down", declared_at=NOON - DAY)
    assert compute(other, incident(2, title="checkout fails")).repeats == Share(0, 2)


def test_of_two_similar_incidents_at_the_same_time_one_is_the_repeat() -> None:
    both = [incident(n, title="checkout fails") for n in (1, 2)]
    assert compute(*both).repeats == Share(1, 2)
    shared = [incident(n, services=("api",)) for n in (1, 2)]
    assert compute(*shared).repeats == Share(1, 2)


def test_durations_are_those_of_incidents_resolved_in_the_month() -> None:
    resolved = [incident(n, spans={"ttd": 60 * n, "ttr": None}) for n in range(1, 6)]
    figures = compute(*resolved, incident(9, resolved_at=None, spans={"ttd": 1}))
    assert figures.spans["ttd"] == Spread(5, 180.0)
    assert figures.spans["ttr"] == figures.spans["tta"] == Spread(0)


def test_incidents_are_counted_by_severity() -> None:
    figures = compute(
        incident(1, severity="P2"), incident(2, severity="P0"), incident(3, severity=None)
    )
    assert figures.severities == {"": 1, "P0": 1, "P2": 1}
    assert figures.incidents == 3
