"""Status updates: the time of the next update, as people type it."""

from datetime import timedelta

import pytest

from bot.incidents.update_parsing import StatusUpdate, parse_update


@pytest.mark.parametrize(
    ("typed", "minutes", "text"),
    [
        ("30m rolled back", 30, "rolled back"),
        ("1h: rolled back", 60, "rolled back"),
        ("1h30 rolled back", 90, "rolled back"),
        ("90min rolled back", 90, "rolled back"),
        ("in 30 minutes rolled back", 30, "rolled back"),
        ("In 2 hours, rolled back", 120, "rolled back"),
        ("in 1 hour and 30 minutes - rolled back", 90, "rolled back"),
        ("next in half an hour: rolled back", 30, "rolled back"),
        ("in an hour rolled back", 60, "rolled back"),
        ("0m it is over for today", 0, "it is over for today"),
        ("rolled back, next update in 45 min.", 45, "rolled back, next update in 45 min."),
        ("rolled back. Next in 1h", 60, "rolled back. Next in 1h"),
    ],
)
def test_the_time_until_the_next_update_is_parsed(typed: str, minutes: int, text: str) -> None:
    assert parse_update(typed) == StatusUpdate(text=text, next_in=timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "typed",
    [
        "rolled back",
        "30 minutes ago we rolled back",
        "5 minutes of errors",
        "30m ago we rolled back",
        "1h of errors so far",
        "in 30 minutes after the deploy it broke",
        "the next deploy is in 30 minutes",
        "30 pods are down",
        "1hx",
        "it lasts for 30m",
    ],
)
def test_other_times_in_an_update_are_not_taken_for_the_next_update(typed: str) -> None:
    assert parse_update(typed) == StatusUpdate(text=typed)
