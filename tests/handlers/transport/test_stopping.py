"""The bot exits within ten seconds of a signal, whatever hangs, and loses nothing."""

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest

from bot.domain.job import JobKind
from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.support.harness import AFTER_LAST_RETRY, ROOT, add_people, eventually
from tests.support.processes import make_environment, responds, run_program

BURST = 400  # more than it records before the signal
LONG = 60.0  # seconds that Slack hangs


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yml", clock=Clock()) as running_sandbox:
        add_people(running_sandbox)
        yield running_sandbox


@pytest.fixture
def ready(tmp_path: Path, sandbox: Sandbox) -> Iterator["Popen[str]"]:
    """The bot in Socket Mode, in its own process."""
    env = make_environment(sandbox)
    with run_program(tmp_path, env) as process:
        page = f"http://127.0.0.1:{env['DEBRIEF_PORT']}/readyz"
        eventually(lambda: responds(page), "it is ready")
        yield process


def _stop(process: "Popen[str]", *signals: signal.Signals) -> None:
    for number in signals or (signal.SIGTERM,):
        process.send_signal(number)
    assert process.wait(timeout=10) == 0


def _declare(sandbox: Sandbox) -> str:
    sandbox.workspace.command("ana", "incidents", "/incident", "declare db down")
    calls = sandbox.record.called
    eventually(
        lambda: bool(calls("conversations.create") and calls("chat.postMessage")),
        "its card is posted",
    )
    return str(calls("conversations.create")[-1].answer["channel"]["id"])


def _query(folder: Path, query: str, *parameters: str) -> list[str]:
    """Return the first column, read without the write lock that the bot's transactions take."""
    with closing(sqlite3.connect(folder / "debrief.db", timeout=20)) as connection:
        return [row[0] for row in connection.execute(query, parameters)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_repeated_signals_stop_the_bot_once(ready: "Popen[str]", number: signal.Signals) -> None:
    _stop(ready, number, number, number)


def test_a_hanging_call_to_slack_does_not_delay_the_exit(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    sandbox.faults.on("slow", method="chat.postMessage", seconds=LONG)
    sandbox.workspace.command("ana", channel, "/incident", "status identified")
    eventually(lambda: bool(_claimed(tmp_path)), "it is being posted")
    _stop(ready)
    assert _claimed(tmp_path)  # checked after the restart, once its lease has expired


def _claimed(folder: Path) -> list[str]:
    """Return the ids of the claimed messages to the channel, whichever came first."""
    query = "SELECT uuid FROM outbox WHERE claimed_until IS NOT NULL AND kind IN (?, ?)"
    return _query(folder, query, JobKind.NOTICE, JobKind.CARD)


def test_a_locked_database_does_not_delay_the_exit(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    with closing(sqlite3.connect(tmp_path / "debrief.db", timeout=20)) as lock_holder:
        lock_holder.execute("BEGIN EXCLUSIVE")
        for number in range(30):
            sandbox.workspace.say("ana", channel, f"{number}")
        _stop(ready)
    assert not _texts(tmp_path, channel)
    deliveries = sandbox.record.events("message")
    assert not [
        delivery
        for delivery in deliveries
        if delivery.acknowledged and delivery.body["event"]["text"].isdigit()
    ]


def _texts(folder: Path, channel: str) -> list[str]:
    query = "SELECT text FROM timeline_events WHERE channel_id = ?"
    return [text for text in _query(folder, query, channel) if text.isdigit()]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_the_bot_exits_while_it_is_still_starting(
    tmp_path: Path, sandbox: Sandbox, method: str
) -> None:
    sandbox.faults.on("slow", method=method, seconds=LONG)
    with run_program(tmp_path, make_environment(sandbox)) as process:
        eventually(lambda: _has_database(tmp_path), "it starts")
        _stop(process)


def _has_database(folder: Path) -> bool:
    """Return whether the database exists, which is after signal handlers and before Slack calls."""
    return (folder / "debrief.db").exists()


def test_a_stop_during_a_burst_loses_no_acknowledged_message(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    for number in range(BURST):
        sandbox.workspace.say("ana", channel, f"{number}")
    eventually(lambda: len(_acknowledged(sandbox)) > 20, "some are acknowledged")
    _stop(ready)
    texts = _texts(tmp_path, channel)
    assert set(_acknowledged(sandbox)) <= set(texts)
    assert len(texts) == len(set(texts))
    eventually(lambda: _is_between_retries(sandbox), "Slack waits before it tries again")
    with run_program(tmp_path, make_environment(sandbox)):
        sandbox.wait_connected()
        sandbox.clock.advance(AFTER_LAST_RETRY)  # unacknowledged messages are delivered again
        eventually(lambda: len(_texts(tmp_path, channel)) == BURST, "all came")


def _is_between_retries(sandbox: Sandbox) -> bool:
    """Return whether Slack made two attempts in a row and now waits a minute."""
    last = {delivery.body["event_id"]: delivery for delivery in sandbox.record.events("message")}
    return len(last) >= BURST and all(
        delivery.acknowledged or delivery.attempt for delivery in last.values()
    )


def _acknowledged(sandbox: Sandbox) -> list[str]:
    texts = [
        delivery.body["event"].get("text", "")
        for delivery in sandbox.record.events("message")
        if delivery.acknowledged
    ]
    return [text for text in texts if text.isdigit()]


@pytest.mark.parametrize("over_http", [False, True])
def test_a_command_in_progress_is_answered_before_the_exit(
    tmp_path: Path,
    sandbox: Sandbox,
    over_http: bool,  # noqa: FBT001
) -> None:
    env = make_environment(sandbox)
    if over_http:
        env["SLACK_SIGNING_SECRET"] = sandbox.signing_secret
        del env["SLACK_APP_TOKEN"]
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    with run_program(tmp_path, env) as process, ThreadPoolExecutor(1) as executor:
        eventually(lambda: responds(f"{base}/readyz"), "it is ready")
        if over_http:
            sandbox.deliver_over_http(f"{base}/slack/events")
        sandbox.faults.on("slow", method="conversations.info", seconds=1.0)
        command: Callable[..., object] = sandbox.workspace.command
        answer = executor.submit(command, "ana", "general", "/incident", "here db down")
        time.sleep(0.3)  # the bot is calling Slack now, which can't be observed
        _stop(process)
        assert "INC-" in str(answer.result(10))
