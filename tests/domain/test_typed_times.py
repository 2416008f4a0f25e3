from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotATime
from bot.domain.typed_times import Span, parse_time, take_time

AT = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")  # an hour ahead of UTC on that day


def recently_declared(now: datetime) -> Span:
    """The span of an incident that was declared a minute ago."""
    return Span(since=now - timedelta(minutes=1), until=now, now=now)


ENTRY = Span(
    since=datetime(2026, 3, 10, 2, 0, tzinfo=UTC),
    until=datetime(2026, 3, 10, 2, 0, tzinfo=UTC),
    now=datetime(2026, 3, 11, 9, 0, tzinfo=UTC),
)


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
def test_a_leading_time_is_the_latest_such_time(text: str, at: str, rest: str) -> None:
    assert take_time(text, near=recently_declared(AT), zone=BERLIN) == (utc(at), rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cache restarted at 14:32",
        "9 replicas restarted",
        "14.32 deployed",
        "yesterday it was slow",
        "Nov 30 is the deadline",
        "2026-11-30 was a holiday",
        "mon ami, 14:32 is late",
        "14:32abc is a name",
        "14:32-14:40 is a span",
        "1.2:30 is a version",
        "14:32 PST is one of several zones",
        "14:32 CET is not what the reader's zone need be",
    ],
)
def test_ambiguous_text_is_not_read_as_a_time(text: str) -> None:
    assert take_time(text, near=recently_declared(AT), zone=BERLIN) == (None, text)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            "2026-10-25 02:00",
            "2026-10-25 01:30",
        ),  # the hour occurs twice, and the second one has passed
        ("2026-10-25 01:00", "2026-10-25 00:30"),  # only the first one has passed
    ],
)
def test_a_repeated_hour_is_the_latest_that_has_passed(now: str, expected: str) -> None:
    assert take_time("02:30 x", near=recently_declared(utc(now)), zone=BERLIN) == (
        utc(expected),
        "x",
    )


ZONES: list[tzinfo] = [UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland")]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.sampled_from(ZONES),
)
def test_a_typed_time_is_within_the_last_day(at: datetime, clock: object, zone: tzinfo) -> None:
    found, rest = take_time(f"{str(clock)[:5]} x", near=recently_declared(at), zone=zone)
    assert found is not None
    assert -60 <= (at - found).total_seconds() <= 26 * 3600
    assert rest == "x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13:45", "2026-03-10T13:45"),
        ("at 13:45", "2026-03-10T13:45"),
        ("1:45 pm", "2026-03-10T13:45"),
        ("23:50", "2026-03-09T23:50"),  # nearer than that time on the day itself
        ("2026-03-08 23:50", "2026-03-08T23:50"),
        ("yesterday 9:00", "2026-03-10T09:00"),  # relative to when it is typed
    ],
)
def test_a_time_on_its_own_is_the_nearest_to_the_corrected_event(text: str, expected: str) -> None:
    assert f"{parse_time(text, near=ENTRY, zone=UTC):%Y-%m-%dT%H:%M}" == expected


@pytest.mark.parametrize(
    "text", ["2026-03-12 09:00", "2026-02-30 09:00", "13:45 we restarted it", "soon", ""]
)
def test_other_text_or_an_impossible_time_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_time(text, near=ENTRY, zone=UTC)


OVER = Span(
    since=utc("2026-11-29 07:40"), until=utc("2026-11-29 08:20"), now=utc("2026-11-30 09:30")
)  # an incident on Sunday, written up on Monday


@pytest.mark.parametrize(
    ("typed", "at", "rest"),
    [
        ("07:50 restarted", "2026-11-29 07:50", "restarted"),
        ("9:10 customers confirmed", "2026-11-29 09:10", "customers confirmed"),
        ("23:30 it began", "2026-11-28 23:30", "it began"),
        ("yesterday 07:50 restarted", "2026-11-29 07:50", "restarted"),
        ("today at 9:00 — reviewed", "2026-11-30 09:00", "reviewed"),
        ("2026-11-30 07:50 reviewed", "2026-11-30 07:50", "reviewed"),
        ("2026-11-28T22:00 deployed", "2026-11-28 22:00", "deployed"),
        ("Nov 30 07:50 reviewed", "2026-11-30 07:50", "reviewed"),
        ("30 nov, 07:50 reviewed", "2026-11-30 07:50", "reviewed"),
        ("November 28th 2025 at 7:50 pm first seen", "2025-11-28 19:50", "first seen"),
        ("Dec 24 12:00 a year ago", "2025-12-24 12:00", "a year ago"),
        ("sunday 07:50 restarted", "2026-11-29 07:50", "restarted"),
        ("on Tues. 10:00 no", None, "on Tues. 10:00 no"),
        ("tuesday 10:00 deployed", "2026-11-24 10:00", "deployed"),
        ("monday 9:00Z reviewed", "2026-11-30 09:00", "reviewed"),
    ],
)
def test_a_note_from_the_next_morning_refers_to_the_incidents_day(
    typed: str, at: str | None, rest: str
) -> None:
    assert take_time(typed, near=OVER, zone=UTC) == (utc(at) if at else None, rest)


def test_a_day_is_one_in_the_writers_time_zone() -> None:
    at, _ = take_time("yesterday 23:30 x", near=OVER, zone=ZoneInfo("Pacific/Auckland"))
    assert at == utc("2026-11-29 10:30")  # it's Monday evening there


def test_in_an_incident_of_several_days_a_time_is_the_latest_such_time() -> None:
    long = Span(since=OVER.since - timedelta(days=3), until=OVER.now, now=OVER.now)
    assert take_time("07:50 x", near=long, zone=UTC)[0] == utc("2026-11-30 07:50")
    assert take_time("10:00 x", near=long, zone=UTC)[0] == utc("2026-11-29 10:00")


@pytest.mark.parametrize(
    "typed",
    ["25:99 x", "25:00 x", "14:61 x", "13pm x", "0am x", "Feb 30 07:50 x", "2026-13-01 07:50 x",
     "2027-01-01 07:50 x", "today 23:00 x", "2026-11-30 09:32 x"],
)  # fmt: skip
def test_an_impossible_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(NotATime, match="isn't a time in the past"):
        take_time(typed, near=OVER, zone=UTC)


@pytest.mark.parametrize("typed", ["0001-01-01 00:30", "9999-12-31 23:30"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar_raise_no_unexpected_error(typed: str, zone: str) -> None:
    with suppress(NotATime):
        take_time(typed, near=OVER, zone=ZoneInfo(zone))
