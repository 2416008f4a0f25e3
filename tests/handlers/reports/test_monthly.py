"""Monthly figures: posted once with a chart, and available by command."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Digest
from tests.support import harness
from tests.support.harness import POLICY, LiveBot


def _at(live_bot: LiveBot, month: int, day: int, hour: int = 9) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, month, day, hour, 1, tzinfo=UTC))
    live_bot.settle()


def _figures(live_bot: LiveBot) -> list[dict[str, Any]]:
    return [m for m in live_bot.messages("sre-weekly") if m["text"].startswith("Monthly report:")]


def _run_incidents(live_bot: LiveBot, count: int = 2) -> str:
    """Declare and resolve incidents with an action item each, of which two are done."""
    channel = ""
    for number in range(count):
        channel = live_bot.declare(f"P{number % 3} thing{number} of team{number} fails")
        live_bot.command("ana", f"action mend thing{number} @ben 2026-03-20", channel)
        live_bot.settle()
        if number < 2:
            live_bot.press("ben", channel, "Mark as done")
        live_bot.command("ana", "resolve restarted", channel)
        live_bot.settle()
    return channel


def test_monthly_figures_are_posted_once_on_the_first_working_day(live_bot: LiveBot) -> None:
    _run_incidents(live_bot, 6)
    _at(live_bot, 4, 1, 8)  # a Wednesday
    assert _figures(live_bot) == []
    _at(live_bot, 4, 1)
    _at(live_bot, 4, 2)
    (figures,) = _figures(live_bot)
    text = figures["text"]
    assert text.startswith("Monthly report: March 2026")
    assert "*Action items done:* 2 of 6 (33%), goal 70%, *below goal*" in text
    assert "• Action items done: done by the end of the month / due in the month\n" in text
    assert "*Incidents:* 6 (P0: 2, P1: 2, P2: 2)" in text
    assert "*Repeat incidents:* 0 of 6 (0%)" in text
    assert "Time to resolve: resolved \u2212 started" in text
    assert "Previous month" not in text  # there is only one
    assert not live_bot.workspace.replies("sre-weekly", figures["ts"])[1:]  # so no chart either
    assert (
        len(
            [
                m
                for m in live_bot.messages("sre-weekly")
                if m["text"].startswith("I'll post a digest")
            ]
        )
        == 1
    )


def test_the_chart_of_months_has_every_number_in_its_alt_text(live_bot: LiveBot) -> None:
    _run_incidents(live_bot)
    _at(live_bot, 4, 10)
    live_bot.declare("P1 something else")
    _at(live_bot, 5, 1)
    (figures,) = _figures(live_bot)
    assert "• March 2026: 2 incidents, 2 of 2 items done, 0 of " in figures["text"]
    assert "• April 2026" not in figures["text"]
    (reply,) = live_bot.workspace.replies("sre-weekly", figures["ts"])[1:]
    (file,) = reply["files"]
    assert file["name"] == "figures-2026-04.png"
    stored = live_bot.sandbox.state.files[file["id"]]
    assert (stored.bytes or b"").startswith(b"\x89PNG")
    assert "Action items done: 2026-03 2 of 2, 2026-04 none." in stored.alt_text
    assert "Incidents: 2026-03 2, 2026-04 1." in stored.alt_text


def test_monthly_figures_name_no_person_and_no_private_incident(live_bot: LiveBot) -> None:
    live_bot.command("ana", "private P1 the zanzibar bucket")
    live_bot.settle()
    _run_incidents(live_bot)
    answer = live_bot.command("mei", "figures 2026-03")
    assert "*Incidents:* 3" in answer
    _at(live_bot, 4, 1)
    (figures,) = _figures(live_bot)
    for text in (answer, str(figures)):
        assert "zanzibar" not in text.lower()
        for person in ("ana", "ben", "mei"):
            member = live_bot.workspace.person(person)
            assert member.id not in text
            assert member.real_name not in text


def test_the_figures_command_shows_the_last_whole_month_or_the_given_one(live_bot: LiveBot) -> None:
    _run_incidents(live_bot)
    assert live_bot.command("mei", "figures").startswith("Monthly report: February 2026")
    assert "no data" in live_bot.command("mei", "figures")
    current_month = live_bot.command("mei", "figures 2026-3")
    assert current_month.startswith("Monthly report: March 2026")
    assert "*Incidents:* 2" in current_month


@pytest.mark.parametrize("month", ["2026-04", "9999-12", "2026-13", "march", "1999-01", "2026-00"])
def test_an_invalid_month_is_rejected(live_bot: LiveBot, month: str) -> None:
    answer = live_bot.command("mei", f"figures {month}")
    assert answer == (
        f"“{month}” isn't a past or current month. Write it as 2026-02, or leave it out for the last"
        " complete month."
    )


def test_a_month_without_incidents_posts_no_figures(live_bot: LiveBot) -> None:
    before = len(live_bot.messages("sre-weekly"))
    _at(live_bot, 4, 1)
    assert len(live_bot.messages("sre-weekly")) == before


def test_figures_more_than_a_week_late_are_only_available_by_command(live_bot: LiveBot) -> None:
    _run_incidents(live_bot)
    live_bot.service._scheduler.pause()
    _at(live_bot, 4, 9)
    live_bot.service._scheduler.resume()
    live_bot.settle()
    assert _figures(live_bot) == []
    assert "*Incidents:* 2" in live_bot.command("mei", "figures 2026-03")


def test_switching_the_digest_off_also_stops_monthly_figures(live_bot: LiveBot) -> None:
    _run_incidents(live_bot)
    live_bot.command("mei", "digest settings")
    choice = {"comes": {"comes": "no"}, "day": {"day": "monday"}, "hour": {"hour": "9"}}
    live_bot.workspace.submit("mei", choice)
    live_bot.settle()
    _at(live_bot, 4, 1)
    assert _figures(live_bot) == []


@pytest.fixture
def weekly_only(tmp_path: Path) -> Iterator[LiveBot]:
    policy = POLICY.model_copy(update={"digest": Digest(monthly=False)})
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def test_monthly_figures_can_be_switched_off_alone(weekly_only: LiveBot) -> None:
    _run_incidents(weekly_only)
    _at(weekly_only, 3, 16)
    _at(weekly_only, 4, 1)
    assert _figures(weekly_only) == []
    (intro,) = [
        m for m in weekly_only.messages("sre-weekly") if m["text"].startswith("I'll post a digest")
    ]
    assert "first working day" not in intro["text"]
