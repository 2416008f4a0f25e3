"""The bot's clock follows Slack's, however wrong the machine's is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.config import context
from bot.config.context import make_steady_clock
from handlers.slack.slack_clock import SlackClock, date_of
from tests.support import harness
from tests.support.harness import Town

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Machine:
    """A clock that a test sets."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def dated(at: datetime) -> dict[str, str]:
    return {"Date": format_datetime(at, usegmt=True)}


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SlackClock:
    return SlackClock(machine.now)


@pytest.mark.parametrize("error", [90 * SECOND, -90 * SECOND, HOUR, -HOUR, DAY, -DAY])
def test_a_wrong_clock_is_corrected(clock: SlackClock, error: timedelta) -> None:
    clock.observe(dated(NOON - error), asked_at=NOON)
    assert abs(clock.now() - (NOON - error)) <= SECOND
    assert abs(clock.skew - error) <= SECOND


@pytest.mark.parametrize("error", [timedelta(0), 2 * SECOND, -SECOND])
def test_what_may_be_latency_is_not_corrected(clock: SlackClock, error: timedelta) -> None:
    clock.observe(dated(NOON - error), asked_at=NOON)
    assert clock.now() == NOON
    assert clock.skew == timedelta(0)


def test_a_slow_answer_changes_nothing(machine: Machine, clock: SlackClock) -> None:
    asked_at = machine.at
    machine.at += 15 * SECOND
    clock.observe(dated(NOON + SECOND), asked_at)
    assert clock.now() == machine.at


def test_a_clock_that_jumps_while_slack_answers_is_not_corrected_for_it(
    machine: Machine, clock: SlackClock
) -> None:
    for jump in (6 * timedelta(minutes=1), -DAY):
        asked_at, said = machine.at, dated(machine.at)
        machine.at += jump
        clock.observe(said, asked_at)
        assert clock.now() == machine.at


def test_the_next_answers_find_a_jump(machine: Machine, clock: SlackClock) -> None:
    clock.observe(dated(NOON), asked_at=NOON)
    machine.at += DAY
    for _ in range(2):
        clock.observe(dated(NOON), asked_at=machine.at)
    assert abs(clock.now() - NOON) <= SECOND


def test_one_wrong_date_among_right_ones_changes_nothing(clock: SlackClock) -> None:
    for date in (NOON, NOON + DAY, NOON, NOON - DAY, NOON):
        clock.observe(dated(date), asked_at=NOON)
        assert clock.now() == NOON


def test_a_drift_is_followed_in_small_steps(machine: Machine, clock: SlackClock) -> None:
    slack = NOON
    for _ in range(200):
        slack += SECOND
        machine.at += 1.1 * SECOND
        before = clock.now()
        clock.observe(dated(slack), asked_at=machine.at)
        assert abs(clock.now() - before) <= 3 * SECOND
        assert abs(clock.now() - slack) <= 3 * SECOND
    assert clock.skew > 17 * SECOND


@pytest.mark.parametrize("headers", [{}, {"date": "soon"}, {"Date": ""}, {"Date": "99"}])
def test_an_answer_without_a_date_changes_nothing(
    clock: SlackClock, headers: dict[str, str]
) -> None:
    assert date_of(headers) is None
    clock.observe(headers, asked_at=NOON)
    assert clock.now() == NOON


def test_a_jump_of_the_wall_clock_is_no_jump_of_the_steady_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed = 100.0
    monkeypatch.setattr(context, "monotonic", lambda: elapsed)
    now = make_steady_clock(machine.now)
    elapsed, machine.at = 160.0, NOON - DAY
    assert now() == NOON + 60 * SECOND


def test_the_warning_is_about_the_machine_and_not_about_the_source() -> None:
    machine, source = Machine(NOON + HOUR), Machine(NOON + HOUR)
    clock = SlackClock(source.now, machine.now)
    clock.observe(dated(NOON), asked_at=source.at)
    assert round(clock.skew.total_seconds(), -1) == 3600
    machine.at = NOON  # somebody synced it; the source goes on as it began
    with capture_logs() as logs:
        clock.warn()
    assert (clock.skew, logs) == (timedelta(0), [])


# Over the wire


@dataclass
class Wrong:
    """A town whose bot was started anew on a machine with a wrong clock, and what it logged then."""

    town: Town
    logs: list[Any]


@pytest.fixture(params=[DAY, -DAY], ids=["a day ahead", "a day behind"])
def wrong(request: pytest.FixtureRequest, town: Town) -> Wrong:
    town.service.stop()
    clock = town.sandbox.clock
    with capture_logs() as logs:
        town.service = harness.serve(
            town.sandbox, town.store, now=lambda: clock.now() + request.param
        )
    return Wrong(town, list(logs))


def test_the_bot_lives_in_slacks_time(wrong: Wrong) -> None:
    clock = wrong.town.sandbox.clock
    assert abs(wrong.town.service.bot.now() - clock.now()) <= 3 * SECOND
    channel = wrong.town.declare()
    declared = next(event for event in wrong.town.recorded(channel) if event.kind == "declared")
    assert abs(declared.happened_at - clock.now()) <= 30 * SECOND


def test_a_wrong_clock_is_warned_of_at_the_start_and_by_each_check(wrong: Wrong) -> None:
    with capture_logs() as later:
        wrong.town.service.clock.check(wrong.town.service._client)
    for said in (wrong.logs, later):
        (warning,) = [each for each in said if each["event"] == "clock differs from Slack's"]
        assert warning["log_level"] == "warning"
        assert re.search(
            r"864\d\d s (ahead of|behind) Slack's: sync it with NTP", warning["advice"]
        )


def test_a_check_corrects_the_clock_before_it_warns(town: Town) -> None:
    town.service.stop()
    slept, clock = timedelta(0), town.sandbox.clock
    town.service = harness.serve(town.sandbox, town.store, now=lambda: clock.now() - slept)
    town.service.clock._machine = clock.now
    slept = DAY  # the machine was suspended: elapsed time stood still
    with capture_logs() as logs:
        town.service.clock.check(town.service._client)
    assert [each for each in logs if each["log_level"] == "warning"] == []
    assert abs(town.service.bot.now() - clock.now()) <= 3 * SECOND


def test_a_check_that_slack_does_not_answer_says_nothing(wrong: Wrong) -> None:
    wrong.town.sandbox.faults.on("server_error", method="api.test", times=1)
    with capture_logs() as logs:
        wrong.town.service.clock.check(wrong.town.service._client)
    assert [each for each in logs if each["log_level"] == "warning"] == []


def test_the_skew_is_a_metric(wrong: Wrong) -> None:
    shown = httpx.get(f"http://127.0.0.1:{wrong.town.service.port}/metrics").text
    found = re.search(r"^debrief_clock_skew_seconds (\S+)$", shown, re.MULTILINE)
    assert found
    assert round(abs(float(found[1])), -1) == 86_400


def test_the_clock_is_checked_each_hour(town: Town) -> None:
    trigger = next(
        job.trigger
        for job in town.service._scheduler.get_jobs()
        if "SlackClock.check" in str(job.func)
    )
    assert trigger.interval == HOUR


@pytest.mark.parametrize("error", [DAY, -DAY, timedelta(minutes=15)])
def test_signed_requests_are_taken_with_a_wrong_clock(town: Town, error: timedelta) -> None:
    town.service.stop()
    clock = town.sandbox.clock
    town.service = harness.serve(
        town.sandbox, town.store, over_http=True, now=lambda: clock.now() + error
    )
    assert "No incident is running" in town.incident("ana", "list")
