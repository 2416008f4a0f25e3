from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.timeline import from_slack_ts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ts", "at"),
    [
        ("1773144000.000000", "2026-03-10T12:00:00+00:00"),
        ("1773144000.000100", "2026-03-10T12:00:00.000100+00:00"),
        ("1773144000.999999", "2026-03-10T12:00:00.999999+00:00"),
        ("1773144000", "2026-03-10T12:00:00+00:00"),
        ("1773144000.1", "2026-03-10T12:00:00.100000+00:00"),
        ("1773144000.0001009", "2026-03-10T12:00:00.000100+00:00"),
        ("0000000000.000001", "1970-01-01T00:00:00.000001+00:00"),
        ("4102444799.999999", "2099-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_slack_timestamp_is_parsed_to_the_microsecond(ts: str, at: str) -> None:
    assert from_slack_ts(ts) == datetime.fromisoformat(at)


@given(st.integers(0, 253_402_300_799), st.integers(0, 999_999))
def test_no_timestamp_loses_a_microsecond(seconds: int, micro: int) -> None:
    since = from_slack_ts(f"{seconds}.{micro:06d}") - EPOCH
    assert since == timedelta(seconds=seconds, microseconds=micro)


@given(st.integers(0, 4_102_444_800), st.integers(0, 999_999))
def test_a_parsed_timestamp_is_in_utc(seconds: int, micro: int) -> None:
    assert from_slack_ts(f"{seconds}.{micro:06d}").tzinfo is UTC


@pytest.mark.parametrize("ts", ["", "deed-1", "1773144000,5", "soon.000100"])
def test_an_invalid_timestamp_raises(ts: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        from_slack_ts(ts)
