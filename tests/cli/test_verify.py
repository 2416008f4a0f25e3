"""`debrief verify` and `debrief outbox`, beside a bot that runs."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from handlers.transport import connection
from tests.support.harness import Town, eventually


@pytest.fixture
def command(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner(
        env={
            "SLACK_BOT_TOKEN": town.sandbox.bot_token,
            "SLACK_API_URL": town.sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/debrief.db",
        }
    )


def _run(command: CliRunner, *words: str) -> Result:
    return command.invoke(app, words, catch_exceptions=False)


def test_a_record_that_holds_what_slack_holds(town: Town, command: CliRunner) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "it fails")
    town.ws.say("ben", channel, "a reply", thread=parent)
    town.settle()
    ended = _run(command, "verify", "inc-2026-001")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "INC-2026-001: 2 messages recorded, 0 of them fetched late, 0 gaps.",
        "It holds what Slack holds; nothing had to be added.",
    ]


def test_what_is_missing_is_fetched_and_counted(town: Town, command: CliRunner) -> None:
    channel = town.declare()
    town.ws.say("ana", channel, "it fails")
    gone = town.ws.say("ana", channel, "to be deleted")
    town.settle()
    town.service.stop()
    town.ws.say("ben", channel, "a missed message")
    town.ws.delete(channel, gone)
    ended = _run(command, "verify", "INC-2026-001")
    assert ended.exit_code == 0
    assert "3 messages recorded, 1 of them fetched late, 0 gaps." in ended.stdout
    shown = json.loads(_run(command, "verify", "INC-2026-001", "--json").stdout)
    assert (shown["recorded"], shown["fetched"], shown["gaps"]) == (3, 1, 0)
    assert shown["proven_until"].endswith("Z")
    town.restart(away=timedelta(seconds=1))


def test_a_history_that_cannot_be_read_is_a_no(town: Town, command: CliRunner) -> None:
    channel = town.declare()
    town.settle()
    town.ws.remove_bot(channel)
    ended = _run(command, "verify", "INC-2026-001")
    assert ended.exit_code == 1
    assert "1 gaps.\nThe channel's history could not be read: not_in_channel." in ended.stdout


def test_a_limit_is_waited_for(town: Town, command: CliRunner) -> None:
    town.declare()
    town.sandbox.faults.on("ratelimited", method="conversations.history", times=2, retry_after=1)
    ended = _run(command, "verify", "INC-2026-001")
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_what_it_cannot_run_with_is_a_line(town: Town, command: CliRunner) -> None:
    for words, said in (
        (("verify", "INC-9"), "There's no incident INC-9"),
        (("verify", "INC-2026-001"), "INC-2026-001 has no channel yet"),
    ):
        town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
        town.incident("ana", "declare db down")
        ended = _run(command, *words)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert said in ended.stderr


def test_slack_that_goes_away_meanwhile_is_a_line(
    town: Town, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.declare()
    patient = connection.patient_client

    def hasty(*given: Any) -> object:
        made = patient(*given)
        made.retry_handlers.clear()
        return made

    monkeypatch.setattr(connection, "patient_client", hasty)
    town.sandbox.faults.on("dropped_before", method="conversations.history")
    ended = _run(command, "verify", "INC-2026-001")
    assert ended.exit_code == 2
    assert "Slack can't be reached" in ended.stderr
    town.sandbox.faults.clear()


def test_what_slack_refused_is_shown_and_tried_again(town: Town, command: CliRunner) -> None:
    town.sandbox.faults.on("error", method="pins.add", error="missing_scope")
    channel = town.declare("db down")
    shown = _run(command, "outbox")
    assert shown.exit_code == 1
    assert "0 waiting, 1 refused.\n  INC-2026-001  pin: missing_scope" in shown.stdout
    town.sandbox.faults.clear()
    again = _run(command, "outbox", "--retry")
    assert (again.exit_code, again.stdout.splitlines()[0][:17]) == (0, "1 taken up again:")
    eventually(lambda: len(town.ws.pins(channel)) == 1, "the card is pinned")
    town.settle()
    assert "0 waiting, 0 refused." in _run(command, "outbox").stdout
