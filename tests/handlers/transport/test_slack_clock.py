"""The bot's clock follows Slack's, however wrong the machine's clock is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.config import clock as clock_module
from bot.config.clock import make_steady_clock
from handlers.slack.slack_clock import SlackClock, date_of
from tests.support import harness
from tests.support.harness import LiveBot

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Machine:
    """A machine clock that tests set."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def date_header(at: datetime) -> dict[str, str]:
    return {"Date": format_datetime(at, usegmt=True)}


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SlackClock:
    return SlackClock(machine.now)


@pytest.mark.parametrize("error", [90 * SECOND, -90 * SECOND, HOUR, -HOUR, DAY, -DAY], ids=str)
def test_a_wrong_machine_clock_is_corrected(clock: SlackClock, error: timedelta) -> None:
    clock.observe(date_header(NOON - error), asked_at=NOON)
    assert abs(clock.now() - (NOON - error)) <= SECOND
    assert abs(clock.skew - error) <= SECOND


@pytest.mark.parametrize("error", [timedelta(0), 2 * SECOND, -SECOND], ids=str)
def test_a_difference_that_may_be_latency_is_not_corrected(
    clock: SlackClock, error: timedelta
) -> None:
    clock.observe(date_header(NOON - error), asked_at=NOON)
    assert clock.now() == NOON
    assert clock.skew == timedelta(0)


def test_a_slow_response_does_not_change_the_clock(machine: Machine, clock: SlackClock) -> None:
    asked_at = machine.at
    machine.at += 15 * SECOND
    clock.observe(date_header(NOON + SECOND), asked_at)
    assert clock.now() == machine.at


def test_a_machine_clock_jump_during_a_call_does_not_change_the_clock(
    machine: Machine, clock: SlackClock
) -> None:
    for jump in (6 * timedelta(minutes=1), -DAY):
        asked_at, headers = machine.at, date_header(machine.at)
        machine.at += jump
        clock.observe(headers, asked_at)
        assert clock.now() == machine.at


def test_a_machine_clock_jump_is_corrected_by_the_next_responses(
    machine: Machine, clock: SlackClock
) -> None:
    clock.observe(date_header(NOON), asked_at=NOON)
    machine.at += DAY
    for _ in range(2):
        clock.observe(date_header(NOON), asked_at=machine.at)
    assert abs(clock.now() - NOON) <= SECOND


def test_a_single_wrong_date_does_not_change_the_clock(clock: SlackClock) -> None:
    for date in (NOON, NOON + DAY, NOON, NOON - DAY, NOON):
        clock.observe(date_header(date), asked_at=NOON)
        assert clock.now() == NOON


def test_clock_drift_is_followed_in_small_steps(machine: Machine, clock: SlackClock) -> None:
    slack = NOON
    for _ in range(200):
        slack += SECOND
        machine.at += 1.1 * SECOND
        before = clock.now()
        clock.observe(date_header(slack), asked_at=machine.at)
        assert abs(clock.now() - before) <= 3 * SECOND
        assert abs(clock.now() - slack) <= 3 * SECOND
    assert clock.skew > 17 * SECOND


@pytest.mark.parametrize("headers", [{}, {"date": "soon"}, {"Date": ""}, {"Date": "99"}], ids=str)
def test_a_response_without_a_date_does_not_change_the_clock(
    clock: SlackClock, headers: dict[str, str]
) -> None:
    assert date_of(headers) is None
    clock.observe(headers, asked_at=NOON)
    assert clock.now() == NOON


def test_the_steady_clock_ignores_a_jump_of_the_wall_clock(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed = 100.0
    monkeypatch.setattr(clock_module, "monotonic", lambda: elapsed)
    now = make_steady_clock(machine.now)
    elapsed, machine.at = 160.0, NOON - DAY
    assert now() == NOON + 60 * SECOND


def test_no_warning_is_logged_once_the_machine_clock_was_synced() -> None:
    machine, source = Machine(NOON + HOUR), Machine(NOON + HOUR)
    clock = SlackClock(source.now, machine.now)
    clock.observe(date_header(NOON), asked_at=source.at)
    assert round(clock.skew.total_seconds(), -1) == 3600
    machine.at = NOON  # synced; the source clock keeps its old offset
    with capture_logs() as logs:
        clock.warn()
    assert (clock.skew, logs) == (timedelta(0), [])


# Over the wire


@dataclass
class WrongClockTown:
    """A workspace whose bot was started on a machine with a wrong clock, and its log."""

    live_bot: LiveBot
    logs: list[Any]


@pytest.fixture(params=[DAY, -DAY], ids=["a day ahead", "a day behind"])
def wrong_town(request: pytest.FixtureRequest, live_bot: LiveBot) -> WrongClockTown:
    live_bot.service.stop()
    clock = live_bot.sandbox.clock
    with capture_logs() as logs:
        live_bot.service = harness.start_bot(
            live_bot.sandbox, live_bot.store, now=lambda: clock.now() + request.param
        )
    return WrongClockTown(live_bot, list(logs))


def test_events_are_recorded_in_slacks_time_on_a_machine_with_a_wrong_clock(
    wrong_town: WrongClockTown,
) -> None:
    clock = wrong_town.live_bot.sandbox.clock
    assert abs(wrong_town.live_bot.service.bot.now() - clock.now()) <= 3 * SECOND
    channel = wrong_town.live_bot.declare()
    declared = next(
        event for event in wrong_town.live_bot.timeline(channel) if event.kind == "declared"
    )
    assert abs(declared.happened_at - clock.now()) <= 30 * SECOND


def test_a_wrong_clock_is_logged_at_the_start_and_by_each_check(wrong_town: WrongClockTown) -> None:
    with capture_logs() as check_logs:
        wrong_town.live_bot.service.clock.check(wrong_town.live_bot.service._client)
    for logs in (wrong_town.logs, check_logs):
        (warning,) = [entry for entry in logs if entry["event"] == "clock differs from Slack's"]
        assert warning["log_level"] == "warning"
        assert re.search(
            r"864\d\d s (ahead of|behind) Slack's: sync it with NTP", warning["advice"]
        )


def test_a_check_after_a_suspend_corrects_the_clock_without_a_warning(live_bot: LiveBot) -> None:
    live_bot.service.stop()
    slept, clock = timedelta(0), live_bot.sandbox.clock
    live_bot.service = harness.start_bot(
        live_bot.sandbox, live_bot.store, now=lambda: clock.now() - slept
    )
    live_bot.service.clock._machine = clock.now
    slept = DAY  # the machine was suspended, so elapsed time stopped
    with capture_logs() as logs:
        live_bot.service.clock.check(live_bot.service._client)
    assert [entry for entry in logs if entry["log_level"] == "warning"] == []
    assert abs(live_bot.service.bot.now() - clock.now()) <= 3 * SECOND


def test_a_check_without_a_response_from_slack_logs_no_warning(wrong_town: WrongClockTown) -> None:
    wrong_town.live_bot.sandbox.faults.on("server_error", method="api.test", times=1)
    with capture_logs() as logs:
        wrong_town.live_bot.service.clock.check(wrong_town.live_bot.service._client)
    assert [entry for entry in logs if entry["log_level"] == "warning"] == []


def test_the_clock_skew_is_exported_as_a_metric(wrong_town: WrongClockTown) -> None:
    metrics = httpx.get(f"http://127.0.0.1:{wrong_town.live_bot.service.port}/metrics").text
    skew = re.search(r"^debrief_clock_skew_seconds (\S+)$", metrics, re.MULTILINE)
    assert skew
    assert round(abs(float(skew[1])), -1) == 86_400


def test_the_clock_is_checked_every_hour(live_bot: LiveBot) -> None:
    trigger = next(
        job.trigger
        for job in live_bot.service._scheduler.get_jobs()
        if "SlackClock.check" in str(job.func)
    )
    assert trigger.interval == HOUR


@pytest.mark.parametrize("error", [DAY, -DAY, timedelta(minutes=15)], ids=str)
def test_signed_requests_are_accepted_on_a_machine_with_a_wrong_clock(
    live_bot: LiveBot, error: timedelta
) -> None:
    live_bot.service.stop()
    clock = live_bot.sandbox.clock
    live_bot.service = harness.start_bot(
        live_bot.sandbox, live_bot.store, over_http=True, now=lambda: clock.now() + error
    )
    assert "There are no open incidents" in live_bot.command("ana", "list")
