"""The time of a review meeting with people in different time zones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.meeting import (
    Invitee,
    find_available,
    find_best_start,
    find_share_time,
    scale_agenda,
)
from bot.domain.reminder_ladder import Ladder, is_working_time

LISBON, YORK, TOKYO = (ZoneInfo(z) for z in ("Europe/Lisbon", "America/New_York", "Asia/Tokyo"))
RULES = Ladder()
TUESDAY = datetime(2026, 3, 10, 14, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def start(*zones: ZoneInfo, at: datetime = TUESDAY, minutes: int = 50) -> datetime:
    return find_best_start([Invitee(z, RULES) for z in zones], (at + DAY, at + 2 * DAY), minutes)


def test_the_meeting_is_at_the_first_hour_that_suits_everyone() -> None:
    assert start(LISBON, YORK) == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert start(LISBON) == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert start(TOKYO) == datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


def test_the_meeting_ends_within_working_hours() -> None:
    late = datetime(2026, 3, 10, 16, 30, tzinfo=UTC)
    assert start(LISBON, at=late, minutes=60) == datetime(2026, 3, 11, 17, 0, tzinfo=UTC)
    assert start(LISBON, at=late, minutes=61) == datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def test_without_a_common_hour_the_meeting_suits_most_people() -> None:
    assert start(LISBON, YORK, TOKYO) == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)


def test_there_is_no_meeting_on_a_weekend() -> None:
    friday = datetime(2026, 3, 13, 14, 0, tzinfo=UTC)
    assert start(LISBON, at=friday) == datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def test_a_start_on_the_full_hour_is_used_as_it_is() -> None:
    noon = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert start(LISBON, at=noon) == noon + DAY


def test_a_meeting_without_invitees_still_has_a_time() -> None:
    assert start() == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)


def on_leave(zone: ZoneInfo, back: date) -> Invitee:
    return Invitee(zone, replace(RULES, back_on=back))


def with_holidays(zone: ZoneInfo, *holidays: date) -> Invitee:
    return Invitee(zone, replace(RULES, days_off=frozenset(holidays)))


SPAN = (TUESDAY + DAY, TUESDAY + 2 * DAY)


def test_the_meeting_is_on_nobodys_holiday_even_if_most_could_attend() -> None:
    people = [with_holidays(LISBON), with_holidays(LISBON), with_holidays(YORK, date(2026, 3, 11))]
    assert find_best_start(people, SPAN, 50) == datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
    both = [with_holidays(LISBON, date(2026, 3, 12)), *people]
    assert find_best_start(both, SPAN, 50) == datetime(2026, 3, 13, 13, 0, tzinfo=UTC)


def test_the_meeting_waits_up_to_ten_working_days_for_people_on_leave() -> None:
    others = [with_holidays(LISBON)] * 3
    soon = on_leave(LISBON, date(2026, 3, 23))
    assert find_best_start([*others, soon], SPAN, 50) == datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
    late = on_leave(LISBON, date(2026, 4, 1))
    assert find_best_start([*others, late], SPAN, 50) == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)


def test_people_on_long_leave_do_not_shift_the_meeting() -> None:
    away = on_leave(TOKYO, date(2026, 4, 1))
    found = find_best_start([with_holidays(YORK), with_holidays(YORK), away], SPAN, 50)
    assert found == datetime(
        2026, 3, 11, 15, 0, tzinfo=UTC
    )  # not on Friday, which is Saturday in Tokyo


@given(
    st.lists(st.sampled_from([LISBON, YORK, TOKYO, ZoneInfo("Asia/Kolkata")]), max_size=6),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(15, 120),
)
def test_the_meeting_is_not_too_early_and_no_other_hour_suits_more_people(
    zones: list[ZoneInfo], at: datetime, minutes: int
) -> None:
    found = start(*zones, at=at, minutes=minutes)
    assert found >= at + DAY
    people = {str(number): Invitee(zone, RULES) for number, zone in enumerate(zones)}
    fits = len(find_available(people, found, minutes))
    hour = found.replace(minute=0)
    span = [hour + timedelta(hours=n) for n in range(-47, 48)]
    ends = timedelta(minutes=minutes)
    others = [
        candidate
        for candidate in span
        if at + DAY <= candidate and candidate + ends <= at + 2 * DAY
    ]
    better = [
        candidate for candidate in others if len(find_available(people, candidate, minutes)) > fits
    ]
    assert better == []


def test_the_draft_is_shared_a_day_before_within_working_hours() -> None:
    thursday = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
    assert find_share_time(thursday, LISBON, RULES) == thursday - DAY
    assert find_share_time(thursday, TOKYO, RULES) == datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
    monday = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    assert find_share_time(monday, LISBON, RULES) == datetime(2026, 3, 13, 17, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_draft_is_never_shared_later_than_a_day_before(at: datetime) -> None:
    for zone in (LISBON, YORK, TOKYO):
        shared = find_share_time(at, zone, RULES)
        assert shared <= at - DAY
        assert is_working_time(shared, zone, RULES)


def test_the_agenda_is_scaled_to_the_length_of_the_meeting() -> None:
    agenda = {"a": 15, "b": 15, "c": 10, "d": 10}
    assert scale_agenda(agenda, 50) == [*agenda.items()]
    assert scale_agenda(agenda, 30) == [("a", 9), ("b", 9), ("c", 6), ("d", 6)]
    assert scale_agenda({"all": 7}, 30) == [("all", 30)]


@given(st.dictionaries(st.text(), st.integers(1, 240), min_size=1), st.integers(15, 480))
def test_the_parts_of_the_agenda_add_up_to_the_meeting(
    agenda: dict[str, int], minutes: int
) -> None:
    assert sum(part for _, part in scale_agenda(agenda, minutes)) == minutes
