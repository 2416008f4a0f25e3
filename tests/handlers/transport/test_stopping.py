"""Told to stop, it leaves within ten seconds, whatever hangs, and loses nothing."""

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
from tests.support.harness import LAST_RETRY, ROOT, eventually, people
from tests.support.processes import answers, env_of, running

BURST = 400  # more than it records before it is told
LONG = 60.0  # seconds that Slack hangs


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yml", clock=Clock()) as made:
        people(made)
        yield made


@pytest.fixture
def ready(tmp_path: Path, sandbox: Sandbox) -> Iterator["Popen[str]"]:
    """The bot in Socket Mode, in a process of its own."""
    env = env_of(sandbox)
    with running(tmp_path, env) as process:
        page = f"http://127.0.0.1:{env['DEBRIEF_PORT']}/readyz"
        eventually(lambda: answers(page), "it is ready")
        yield process


def _leaves(process: "Popen[str]", *told: signal.Signals) -> None:
    for each in told or (signal.SIGTERM,):
        process.send_signal(each)
    assert process.wait(timeout=10) == 0


def _declare(sandbox: Sandbox) -> str:
    sandbox.workspace.command("ana", "incidents", "/incident", "declare db down")
    made = sandbox.record.called
    eventually(
        lambda: bool(made("conversations.create") and made("chat.postMessage")),
        "its card is posted",
    )
    return str(made("conversations.create")[-1].answer["channel"]["id"])


def _query(folder: Path, query: str, *given: str) -> list[str]:
    """The first column, read without the write lock that the bot's own transactions take."""
    with closing(sqlite3.connect(folder / "debrief.db", timeout=20)) as connection:
        return [row[0] for row in connection.execute(query, given)]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_twice_told_is_told_once(ready: "Popen[str]", told: signal.Signals) -> None:
    _leaves(ready, told, told, told)


def test_a_call_to_slack_that_hangs_is_left_for_later(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    sandbox.faults.on("slow", method="chat.postMessage", seconds=LONG)
    sandbox.workspace.command("ana", channel, "/incident", "status identified")
    eventually(lambda: bool(_claimed(tmp_path)), "it is being said")
    _leaves(ready)
    assert _claimed(tmp_path)  # its lease ends, and it is looked up before it is said again


def _claimed(folder: Path) -> list[str]:
    """What is being said in the channel: whichever of these came first."""
    query = "SELECT uuid FROM outbox WHERE claimed_until IS NOT NULL AND kind IN (?, ?)"
    return _query(folder, query, JobKind.NOTICE, JobKind.CARD)


def test_a_locked_database_does_not_hold_it_up(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    with closing(sqlite3.connect(tmp_path / "debrief.db", timeout=20)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(30):
            sandbox.workspace.say("ana", channel, f"{number}")
        _leaves(ready)
    assert not _texts(tmp_path, channel)
    tried = sandbox.record.events("message")
    assert not [
        each for each in tried if each.acknowledged and each.body["event"]["text"].isdigit()
    ]


def _texts(folder: Path, channel: str) -> list[str]:
    query = "SELECT text FROM timeline_events WHERE channel_id = ?"
    return [text for text in _query(folder, query, channel) if text.isdigit()]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_while_it_still_starts_it_may_be_stopped(
    tmp_path: Path, sandbox: Sandbox, method: str
) -> None:
    sandbox.faults.on("slow", method=method, seconds=LONG)
    with running(tmp_path, env_of(sandbox)) as process:
        eventually(lambda: _has_begun(tmp_path), "it starts")
        _leaves(process)


def _has_begun(folder: Path) -> bool:
    """The database is made after signals are heard and before Slack is asked."""
    return (folder / "debrief.db").exists()


def test_in_the_middle_of_a_burst_what_was_acknowledged_is_stored(
    ready: "Popen[str]", sandbox: Sandbox, tmp_path: Path
) -> None:
    channel = _declare(sandbox)
    for number in range(BURST):
        sandbox.workspace.say("ana", channel, f"{number}")
    eventually(lambda: len(_acknowledged(sandbox)) > 20, "some are acknowledged")
    _leaves(ready)
    kept = _texts(tmp_path, channel)
    assert set(_acknowledged(sandbox)) <= set(kept)
    assert len(kept) == len(set(kept))
    eventually(lambda: _given_up_for_now(sandbox), "Slack waits before it tries again")
    with running(tmp_path, env_of(sandbox)):
        sandbox.wait_connected()
        sandbox.clock.advance(LAST_RETRY)  # what was not acknowledged is delivered again
        eventually(lambda: len(_texts(tmp_path, channel)) == BURST, "all came")


def _given_up_for_now(sandbox: Sandbox) -> bool:
    """Two tries that follow each other, and then a minute's wait."""
    last = {each.body["event_id"]: each for each in sandbox.record.events("message")}
    return len(last) >= BURST and all(each.acknowledged or each.attempt for each in last.values())


def _acknowledged(sandbox: Sandbox) -> list[str]:
    texts = [
        each.body["event"].get("text", "")
        for each in sandbox.record.events("message")
        if each.acknowledged
    ]
    return [text for text in texts if text.isdigit()]


@pytest.mark.parametrize("over_http", [False, True])
def test_who_is_being_answered_gets_the_answer(
    tmp_path: Path,
    sandbox: Sandbox,
    over_http: bool,  # noqa: FBT001
) -> None:
    env = env_of(sandbox)
    if over_http:
        env["SLACK_SIGNING_SECRET"] = sandbox.signing_secret
        del env["SLACK_APP_TOKEN"]
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    with running(tmp_path, env) as process, ThreadPoolExecutor(1) as beside:
        eventually(lambda: answers(f"{base}/readyz"), "it is ready")
        if over_http:
            sandbox.deliver_over_http(f"{base}/slack/events")
        sandbox.faults.on("slow", method="conversations.info", seconds=1.0)
        command: Callable[..., object] = sandbox.workspace.command
        said = beside.submit(command, "ana", "general", "/incident", "here db down")
        time.sleep(0.3)  # it is asking Slack, and nobody can see that
        _leaves(process)
        assert "INC-" in str(said.result(10))
