from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock_words import read_time, take_time

AT = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")  # an hour ahead of UTC on that day


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("14:32 cache restarted", "2026-11-18 13:32", "cache restarted"),
        ("14:32Z cache restarted", "2026-11-18 14:32", "cache restarted"),
        ("14:32 UTC: cache restarted", "2026-11-18 14:32", "cache restarted"),
        ("14:32 gmt cache restarted", "2026-11-18 14:32", "cache restarted"),
        ("14:32:10 — cache restarted", "2026-11-18 13:32:10", "cache restarted"),
        ("at 14:32, cache restarted", "2026-11-18 13:32", "cache restarted"),
        ("9:05am cache restarted", "2026-11-18 08:05", "cache restarted"),
        ("3:45 p.m. cache restarted", "2026-11-18 14:45", "cache restarted"),
        ("9am cache restarted", "2026-11-18 08:00", "cache restarted"),
        ("12am cache restarted", "2026-11-17 23:00", "cache restarted"),
        ("14:32", "2026-11-18 13:32", ""),
        ("14:32.", "2026-11-18 13:32", ""),
        ("14:32 CDN purged", "2026-11-18 13:32", "CDN purged"),
        ("14:32 it was back", "2026-11-18 13:32", "it was back"),
        ("16:31 a watch that runs ahead", "2026-11-18 15:31", "a watch that runs ahead"),
        ("16:32 was yesterday", "2026-11-17 15:32", "was yesterday"),
        ("23:50 was yesterday", "2026-11-17 22:50", "was yesterday"),
    ],
)
def test_a_time_at_the_head_is_the_latest_such_time(text: str, at: str, rest: str) -> None:
    assert take_time(text, at=AT, zone=BERLIN) == (utc(at), rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cache restarted at 14:32",
        "9 replicas restarted",
        "14.32 deployed",
        "25:00 no clock shows",
        "14:61 no clock shows",
        "13pm no clock shows",
        "14:32abc is a name",
        "14:32-14:40 is a span",
        "1.2:30 is a version",
        "14:32 PST is one of several zones",
        "14:32 CET is not what the reader's zone need be",
    ],
)
def test_what_is_not_clearly_a_time_stays(text: str) -> None:
    assert take_time(text, at=AT, zone=BERLIN) == (None, text)


@pytest.mark.parametrize(
    ("now", "heard"),
    [
        ("2026-10-25 02:00", "2026-10-25 01:30"),  # shown twice: the second has been
        ("2026-10-25 01:00", "2026-10-25 00:30"),  # only the first has been
    ],
)
def test_an_hour_that_comes_twice_is_the_latest_that_has_been(now: str, heard: str) -> None:
    assert take_time("02:30 x", at=utc(now), zone=BERLIN) == (utc(heard), "x")


ZONES: list[tzinfo] = [UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland")]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.sampled_from(ZONES),
)
def test_a_time_is_within_the_last_day_or_so(at: datetime, clock: object, zone: tzinfo) -> None:
    found, rest = take_time(f"{str(clock)[:5]} x", at=at, zone=zone)
    assert found is not None
    assert -60 <= (at - found).total_seconds() <= 26 * 3600
    assert rest == "x"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13:45", "2026-03-10T13:45"),
        ("at 13:45", "2026-03-10T13:45"),
        ("1:45 pm", "2026-03-10T13:45"),
        ("23:50", "2026-03-09T23:50"),  # nearer than that of the day itself
        ("2026-03-08 23:50", "2026-03-08T23:50"),
        ("2026-03-12 09:00", None),  # not yet
        ("2026-02-30 09:00", None),
        ("13:45 we restarted it", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_alone_is_the_nearest_to_what_it_corrects(written: str, read: str | None) -> None:
    near, at = datetime(2026, 3, 10, 2, 0, tzinfo=UTC), datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
    found = read_time(written, near=near, at=at, zone=UTC)
    assert (f"{found:%Y-%m-%dT%H:%M}" if found else None) == read
