"""A month's figures over the wire: posted once, drawn, told to who asks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Digest
from tests.support import harness
from tests.support.harness import POLICY, Town


def _at(town: Town, month: int, day: int, hour: int = 9) -> None:
    town.sandbox.clock.move_to(datetime(2026, month, day, hour, 1, tzinfo=UTC))
    town.settle()


def _months(town: Town) -> list[dict[str, Any]]:
    return [m for m in town.said("sre-weekly") if m["text"].startswith("Figures of")]


def _live(town: Town, many: int = 2) -> str:
    """So many incidents, all resolved, with an item each, of which two are done."""
    channel = ""
    for number in range(many):
        channel = town.declare(f"P{number % 3} thing{number} of team{number} fails")
        town.incident("ana", f"action mend thing{number} @ben 2026-03-20", channel)
        town.settle()
        if number < 2:
            town.press("ben", channel, "Mark done")
        town.incident("ana", "resolve restarted", channel)
        town.settle()
    return channel


def test_a_month_is_told_once_at_the_first_working_day_after_it(town: Town) -> None:
    _live(town, 6)
    _at(town, 4, 1, 8)  # a Wednesday
    assert _months(town) == []
    _at(town, 4, 1)
    _at(town, 4, 2)
    (figures,) = _months(town)
    text = figures["text"]
    assert text.startswith("Figures of 2026-03")
    assert "*Action items done:* 2 of 6 (33 %)" in text
    assert "*That is below 70 %:*" in text
    assert "_Done by the end of the month / items whose date was in it._" in text
    assert "*Incidents:* 6 (P0: 2, P1: 2, P2: 2)" in text
    assert "*Repeats:* 0 of 6 (0 %)" in text
    assert "TTR = resolved - started" in text
    assert "Month by month" not in text  # there is one
    assert not town.ws.replies("sre-weekly", figures["ts"])[1:]  # and so nothing to draw
    assert len([m for m in town.said("sre-weekly") if m["text"].startswith("Here come")]) == 1


def test_the_months_are_drawn_with_every_number_in_words(town: Town) -> None:
    _live(town)
    _at(town, 4, 10)
    town.declare("P1 something else")
    _at(town, 5, 1)
    (figures,) = _months(town)
    assert "• 2026-03: items 2 of 2, postmortems 0 of " in figures["text"]
    assert "• 2026-04: items 0 of 0" in figures["text"]
    (reply,) = town.ws.replies("sre-weekly", figures["ts"])[1:]
    (file,) = reply["files"]
    assert file["name"] == "figures-2026-04.png"
    stored = town.sandbox.state.files[file["id"]]
    assert (stored.bytes or b"").startswith(b"\x89PNG")
    assert "Action items done: 2026-03 2 of 2, 2026-04 none." in stored.alt_text
    assert "Incidents: 2026-03 2, 2026-04 1." in stored.alt_text


def test_figures_never_name_a_person_or_a_private_incident(town: Town) -> None:
    town.incident("ana", "private P1 the zanzibar bucket")
    town.settle()
    _live(town)
    answer = town.incident("mei", "figures 2026-03")
    assert "*Incidents:* 3" in answer
    _at(town, 4, 1)
    (figures,) = _months(town)
    for text in (answer, str(figures)):
        assert "zanzibar" not in text.lower()
        for person in ("ana", "ben", "mei"):
            known = town.ws.person(person)
            assert known.id not in text
            assert known.real_name not in text


def test_who_asks_gets_the_last_whole_month_or_the_one_that_they_name(town: Town) -> None:
    _live(town)
    assert town.incident("mei", "figures").startswith("Figures of 2026-02")
    assert "none to count" in town.incident("mei", "figures")
    running = town.incident("mei", "figures 2026-3")
    assert running.startswith("Figures of 2026-03")
    assert "*Incidents:* 2" in running


@pytest.mark.parametrize("typed", ["2026-04", "9999-12", "2026-13", "march", "1999-01", "2026-00"])
def test_a_month_that_is_none_is_told(town: Town, typed: str) -> None:
    answer = town.incident("mei", f"figures {typed}")
    assert answer == (
        f"“{typed}” is not a month that has begun. Write it as 2026-02, or leave it out for the last"
        " whole month."
    )


def test_a_month_without_anything_is_silent(town: Town) -> None:
    before = len(town.said("sre-weekly"))
    _at(town, 4, 1)
    assert len(town.said("sre-weekly")) == before


def test_figures_that_are_weeks_late_are_left_to_who_asks(town: Town) -> None:
    _live(town)
    town.service._scheduler.pause()
    _at(town, 4, 9)
    town.service._scheduler.resume()
    town.settle()
    assert _months(town) == []
    assert "*Incidents:* 2" in town.incident("mei", "figures 2026-03")


def test_switched_off_they_stay_away_too(town: Town) -> None:
    _live(town)
    town.incident("mei", "digest settings")
    choice = {"comes": {"comes": "no"}, "day": {"day": "monday"}, "hour": {"hour": "9"}}
    town.ws.submit("mei", choice)
    town.settle()
    _at(town, 4, 1)
    assert _months(town) == []


@pytest.fixture
def weekly_only(tmp_path: Path) -> Iterator[Town]:
    policy = POLICY.model_copy(update={"digest": Digest(monthly=False)})
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as made:
        yield made


def test_the_policy_may_want_no_months(weekly_only: Town) -> None:
    _live(weekly_only)
    _at(weekly_only, 3, 16)
    _at(weekly_only, 4, 1)
    assert _months(weekly_only) == []
    (intro,) = [m for m in weekly_only.said("sre-weekly") if m["text"].startswith("Here come")]
    assert "first working day" not in intro["text"]
