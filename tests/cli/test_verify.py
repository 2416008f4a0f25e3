"""`debrief verify` and `debrief outbox`, next to a running bot."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from handlers.transport import connection
from tests.support.harness import LiveBot, eventually


@pytest.fixture
def command(live_bot: LiveBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner(
        env={
            "SLACK_BOT_TOKEN": live_bot.sandbox.bot_token,
            "SLACK_API_URL": live_bot.sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/debrief.db",
        }
    )


def _run(command: CliRunner, *words: str) -> Result:
    return command.invoke(app, words, catch_exceptions=False)


def test_a_complete_record_is_verified(live_bot: LiveBot, command: CliRunner) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "it fails")
    live_bot.workspace.say("ben", channel, "a reply", thread=parent)
    live_bot.settle()
    result = _run(command, "verify", "inc-2026-001")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "INC-2026-001: 2 messages recorded, 0 of them added from the history, 0 gaps.",
        "The record matches Slack. Nothing was missing.",
    ]


def test_messages_without_readable_text_are_counted(live_bot: LiveBot, command: CliRunner) -> None:
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, "it fails")
    live_bot.workspace.alert(
        "Grafana", channel, "", [{"fallback": "[no preview available]", "chart": {}}]
    )
    live_bot.settle()
    result = _run(command, "verify", "INC-2026-001")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "INC-2026-001: 2 messages recorded, 0 of them added from the history, 1 gap.",
        "Messages without readable text: 1.",
        "Everything else matches Slack.",
    ]


def test_missed_messages_are_fetched_and_counted(live_bot: LiveBot, command: CliRunner) -> None:
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, "it fails")
    deleted_ts = live_bot.workspace.say("ana", channel, "to be deleted")
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.say("ben", channel, "a missed message")
    live_bot.workspace.delete(channel, deleted_ts)
    result = _run(command, "verify", "INC-2026-001")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "INC-2026-001: 3 messages recorded, 1 of them added from the history, 0 gaps.",
        "Missing messages added: 1. Messages removed because they were deleted in Slack: 1.",
    ]
    parsed = json.loads(_run(command, "verify", "INC-2026-001", "--json").stdout)
    assert (parsed["recorded"], parsed["fetched"], parsed["gaps"]) == (3, 1, 0)
    assert parsed["proven_until"].endswith("Z")
    live_bot.restart(away=timedelta(seconds=1))


def test_an_unreadable_history_exits_with_1(live_bot: LiveBot, command: CliRunner) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.workspace.remove_bot(channel)
    result = _run(command, "verify", "INC-2026-001")
    assert result.exit_code == 1
    assert "1 gap.\nCouldn't read the channel's history: not_in_channel." in result.stdout


def test_verify_waits_for_a_rate_limit(live_bot: LiveBot, command: CliRunner) -> None:
    live_bot.declare()
    live_bot.sandbox.faults.on(
        "ratelimited", method="conversations.history", times=2, retry_after=1
    )
    result = _run(command, "verify", "INC-2026-001")
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_unknown_incident_or_missing_channel_is_explained(
    live_bot: LiveBot, command: CliRunner
) -> None:
    for words, reason in (
        (("verify", "INC-9"), "There's no incident INC-9"),
        (("verify", "INC-2026-001"), "INC-2026-001 has no channel yet"),
    ):
        live_bot.sandbox.faults.on(
            "error", method="conversations.create", error="restricted_action"
        )
        live_bot.command("ana", "declare db down")
        result = _run(command, *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert reason in result.stderr


def test_losing_slack_during_verification_is_explained(
    live_bot: LiveBot, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_bot.declare()
    make_client = connection.patient_client

    def make_impatient_client(*args: Any) -> object:
        client = make_client(*args)
        client.retry_handlers.clear()
        return client

    monkeypatch.setattr(connection, "patient_client", make_impatient_client)
    live_bot.sandbox.faults.on("dropped_before", method="conversations.history")
    result = _run(command, "verify", "INC-2026-001")
    assert result.exit_code == 2
    assert "Can't reach Slack" in result.stderr
    live_bot.sandbox.faults.clear()


def test_refused_jobs_are_listed_and_retried(live_bot: LiveBot, command: CliRunner) -> None:
    live_bot.sandbox.faults.on("error", method="pins.add", error="missing_scope")
    channel = live_bot.declare("db down")
    result = _run(command, "outbox")
    assert result.exit_code == 1
    assert "0 waiting, 1 rejected.\n  INC-2026-001  pin: missing_scope" in result.stdout
    live_bot.sandbox.faults.clear()
    retried = _run(command, "outbox", "--retry")
    assert (retried.exit_code, retried.stdout.splitlines()[0][:15]) == (0, "1 queued again.")
    eventually(lambda: len(live_bot.workspace.pins(channel)) == 1, "the card is pinned")
    live_bot.settle()
    assert "0 waiting, 0 rejected." in _run(command, "outbox").stdout
