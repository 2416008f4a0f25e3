"""Parsing due dates written in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.action_items.due_dates import parse_due_date, take_trailing_date

TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("today", "2026-11-18"),
        ("EOD", "2026-11-18"),
        ("end of the day", "2026-11-18"),
        ("tomorrow", "2026-11-19"),
        ("eod tomorrow", "2026-11-19"),
        ("the day after tomorrow", "2026-11-20"),
        ("eow", "2026-11-20"),
        ("end of next week", "2026-11-27"),
        ("eom", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("end of february", "2027-02-28"),
        ("end of november", "2026-11-30"),
        ("end of october 2027", "2027-10-31"),
        ("friday", "2026-11-20"),
        ("this friday", "2026-11-20"),
        ("by fri 17:00", "2026-11-20"),
        ("next friday", "2026-11-27"),
        ("next monday 9am", "2026-11-23"),
        ("wednesday", "2026-11-25"),
        ("next week", "2026-11-25"),
        ("next month", "2026-12-18"),
        ("3d", "2026-11-21"),
        ("+2w", "2026-12-02"),
        ("in 2 weeks", "2026-12-02"),
        ("in two weeks", "2026-12-02"),
        ("within a week", "2026-11-25"),
        ("2 weeks from today", "2026-12-02"),
        ("30 days", "2026-12-18"),
        ("a fortnight", "2026-12-02"),
        ("3 business days", "2026-11-23"),
        ("in two working days", "2026-11-20"),
        ("Dec 1", "2026-12-01"),
        ("4th of December", "2026-12-04"),
        ("on the 4th of december 2027", "2027-12-04"),
        ("december 4, 2026", "2026-12-04"),
        ("nov 18", "2026-11-18"),
        ("nov 17", "2027-11-17"),
        ("12/01", "2026-12-01"),
        ("13.12.2026", "2026-12-13"),
        ("1.12.2026", "2026-12-01"),
        ("2026-12-04", "2026-12-04"),
        ("2020-01-01", "2020-01-01"),
    ],
)
def test_a_date_in_words_is_parsed(phrase: str, day: str) -> None:
    assert parse_due_date(phrase, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "asap",
        "soon",
        "now",
        "may",
        "second",
        "503",
        "1.12",
        "v1.2.2026",
        "Q1",
        "next sprint",
        "2026-02-30",
        "feb 30",
        "two days ago",
        "december",
        "2027",
        "when done",
        "@bob",
        "99999d",
    ],
)
def test_an_ambiguous_phrase_is_not_parsed_as_a_date(phrase: str) -> None:
    assert parse_due_date(phrase, today=TODAY) is None


@pytest.mark.parametrize(
    ("today", "phrase", "day"),
    [
        ("2026-11-20", "friday", "2026-11-27"),
        ("2026-11-20", "this friday", "2026-11-27"),
        ("2026-11-20", "eow", "2026-11-20"),
        ("2026-11-21", "eow", "2026-11-27"),
        ("2026-11-20", "1 business day", "2026-11-23"),
        ("2026-12-31", "end of next month", "2027-01-31"),
        ("2026-12-31", "tomorrow", "2027-01-01"),
        ("2028-02-01", "eom", "2028-02-29"),
        ("2026-11-20", "end of november", "2026-11-30"),
        ("2026-12-05", "end of december", "2026-12-31"),
    ],
)
def test_dates_roll_over_at_the_end_of_a_week_month_or_year(
    today: str, phrase: str, day: str
) -> None:
    assert parse_due_date(phrase, today=date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "rest", "day", "phrase"),
    [
        ("write the runbook by Friday.", "write the runbook", "2026-11-20", "Friday"),
        ("write the runbook, friday", "write the runbook", "2026-11-20", "friday"),
        ("write the runbook (due dec 1)", "write the runbook", "2026-12-01", "dec 1"),
        ("write the runbook 3d", "write the runbook", "2026-11-21", "3d"),
        ("add alert in 2 weeks", "add alert", "2026-12-02", "in 2 weeks"),
        ("add alert for 503 by eom", "add alert for 503", "2026-11-30", "eom"),
        ("add alert by end of next month", "add alert", "2026-12-31", "end of next month"),
        ("rotate keys before 12/01", "rotate keys", "2026-12-01", "12/01"),
        ("discuss on sat", "discuss", "2026-11-21", "sat"),
        ("fix it due date: 2026-12-04", "fix it", "2026-12-04", "2026-12-04"),
        ("fix it next friday at 5pm", "fix it", "2026-11-27", "next friday at 5pm"),
        ("friday", "", "2026-11-20", "friday"),
    ],
)
def test_a_trailing_date_is_removed_from_the_text(
    text: str, rest: str, day: str, phrase: str
) -> None:
    assert take_trailing_date(text, today=TODAY) == (rest, date.fromisoformat(day), phrase)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "add alert for 503",
        "upgrade to 1.12",
        "migrate to postgres 17",
        "scale to 5/6",
        "keep logs 30 days",
        "raise retention to 30d",
        "ask whether we may",
        "ask Sat",
        "time out after a second",
        "do it now",
        "answer by may",
        "alert that fired yesterday",
        "look at the deploy of 2026-12-01",
        "back up every friday",
        "find out what changed 2026-11-01",
    ],
)
def test_a_text_without_a_trailing_date_is_unchanged(text: str) -> None:
    assert take_trailing_date(text, today=TODAY) == (text, None, "")


@given(st.text(max_size=60), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_text_is_split_without_an_error_or_a_past_due_date(text: str, today: date) -> None:
    rest, due, phrase = take_trailing_date(text, today=today)
    assert text.startswith(rest)
    assert phrase in text
    assert due is None or due >= today
