"""No secrets in drafts of transcripts and exports, command output, logs or tickets."""

import json
import logging
from pathlib import Path

import pytest
import structlog
import typer
from typer.testing import CliRunner

from bot.cli.draft import draft
from bot.cli.logging_setup import log_to_stderr
from bot.domain.ticket import TrackerKind
from handlers.trackers.caller import ApiClient
from tests.redaction.planting import leaks, secrets

app = typer.Typer()
app.command()(draft)


def _export(folder: Path) -> Path:
    """A Slack export with secrets in every field that people write."""
    planted = [secret.text for secret in secrets()]
    users = [
        {"id": f"U{n}", "name": text[:40], "profile": {"display_name": text}}
        for n, text in enumerate(planted)
    ]
    messages = [
        {
            "type": "message",
            "user": f"U{n}",
            "ts": f"{1_760_000_000 + n}.000100",
            "text": f"the root cause is {text}",
            "attachments": [{"text": text}],
            "files": [{"title": text, "name": text}],
        }
        for n, text in enumerate(planted)
    ]
    messages += [
        {
            "subtype": "channel_topic",
            "topic": text,
            "user": "U1",
            "ts": f"{1_760_001_000 + n}.000100",
            "text": f"set the topic: {text}",
        }
        for n, text in enumerate(planted)
    ]
    messages += [
        {
            "subtype": "bot_message",
            "username": text,
            "bot_id": "B1",
            "ts": f"{1_760_002_000 + n}.000100",
            "text": "",
            "attachments": [{"title": text, "fallback": text}],
        }
        for n, text in enumerate(planted)
    ]
    (folder / "inc").mkdir(parents=True)
    (folder / "channels.json").write_text(json.dumps([{"id": "C1", "name": "inc"}]))
    (folder / "users.json").write_text(json.dumps(users))
    (folder / "inc" / "2026-03-10.json").write_text(json.dumps(messages))
    return folder


def _transcript(file: Path) -> Path:
    lines = [
        {
            "ts": f"{1_760_000_000 + n}.000100",
            "user": secret.text,
            "text": f"found it: {secret.text}",
        }
        for n, secret in enumerate(secrets())
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


@pytest.mark.parametrize("form", ["md", "html", "json"])
@pytest.mark.parametrize("kind", ["export", "transcript"])
def test_a_draft_contains_no_secret(kind: str, form: str, tmp_path: Path) -> None:
    source = _export(tmp_path / "x") if kind == "export" else _transcript(tmp_path / "t.jsonl")
    result = CliRunner().invoke(app, [str(source), "--format", form, "--timeline", "everything"])
    assert result.exit_code == 0, result.output
    assert len(result.output) > 2_000
    assert leaks(secrets(), result.output) == []


def test_command_line_errors_contain_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    for secret in secrets():
        file.write_text(json.dumps({"ts": secret.text, "text": "x"}))
        result = CliRunner().invoke(app, [str(file)])
        assert leaks([secret], result.output) == []


def test_logs_contain_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("json")
    try:
        for secret in secrets():
            structlog.get_logger().warning("refused", error=f"no such thing: {secret.text}")
            logging.getLogger("library").warning("refused: %s", secret.text)
            try:
                int(secret.text)
            except ValueError:
                structlog.get_logger().exception("failed")
        logged = capsys.readouterr().err
    finally:
        structlog.reset_defaults()
    assert logged.count("failed") >= len(secrets())
    assert leaks(secrets(), logged) == []


def test_tickets_contain_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = ApiClient(TrackerKind.GITHUB, "http://127.0.0.1:9/", "GITHUB_TOKEN")
    sent: list[object] = []

    def call(*_: str, json: object) -> dict[str, object]:
        sent.append(json)
        return {}

    monkeypatch.setattr(caller, "_call", call)
    for secret in secrets():
        caller.send("POST", "issues", "an issue", {"title": secret.text, "body": [secret.text]})
    assert len(sent) == len(secrets())
    assert leaks(secrets(), str(sent)) == []
