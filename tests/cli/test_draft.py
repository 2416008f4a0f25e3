import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.draft import draft

IMPACT_LINE = '{"ts": "2026-03-10T14:26:00Z", "user": "bob", "text": "150 users are affected"}\n'
app = typer.Typer()
app.command()(draft)


@app.callback()
def debrief() -> None:
    """With a second command, `draft` must be typed, as in the real program."""


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "talk.jsonl"
    path.write_text(
        '{"ts": "2026-03-10T14:23:00Z", "user": "alice", "text": "checkout is failing"}\n'
        '{"ts": "2026-03-10T14:25:00Z", "user": "bob", "text": "looking into it"}\n',
        "utf-8",
    )
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["draft", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_markdown_goes_to_standard_output(transcript: Path) -> None:
    code, out, err = run(transcript)
    assert (code, err) == (0, "")
    assert out.startswith("# DRAFT: Checkout is failing\n")
    assert "## Timeline (UTC)" in out


def test_json_and_html_are_available_too(transcript: Path) -> None:
    _, out, _ = run(transcript, "--format", "json")
    assert json.loads(out)["incident"]["key"] == "DRAFT"
    _, out, _ = run(transcript, "--format", "html", "--template", "full")
    assert out.startswith("<!doctype html>")


def test_the_draft_can_be_written_to_a_file(transcript: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.md"
    code, out, _ = run(transcript, "-o", file)
    assert (code, out) == (0, "")
    assert file.read_text("utf-8") == run(transcript)[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("none.jsonl",),
        ("talk.jsonl", "--template", "nonesuch"),
        ("talk.jsonl", "--channel", "nonesuch", "-o", "no/such/folder/out.md"),
        ("broken.jsonl",),
        ("empty.jsonl",),
    ],
)
def test_an_invalid_call_prints_one_line_and_exits_with_2(
    transcript: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(transcript.parent)
    (transcript.parent / "broken.jsonl").write_text("{}\n")
    (transcript.parent / "empty.jsonl").write_text("\n")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_lenient_reports_left_out_lines_on_standard_error(transcript: Path) -> None:
    transcript.write_text(transcript.read_text() + "broken\n")
    assert run(transcript)[0] == 2
    code, out, err = run(transcript, "--lenient", "--format", "json")
    assert (code, json.loads(out)["recording"]["messages"]) == (0, 2)
    assert "line 3" in err


def requirement_of(*arguments: object) -> dict[str, Any]:
    code, out, err = run(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    requirement: dict[str, Any] = json.loads(out)["need"]
    return requirement


def test_a_draft_applies_the_postmortem_rules_of_the_folders_configuration(
    transcript: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    transcript.write_text(transcript.read_text() + IMPACT_LINE)
    requirement = requirement_of(transcript)
    assert (requirement["needed"], requirement["waived"]) == (True, None)
    reason = {
        "rule": "users",
        "text": "150 users were affected (policy: 100 or more)",
        "evidence": ["2026-03-10T14:26:00Z"],
    }
    assert reason in requirement["reasons"]
    assert "severity" in [rule["rule"] for rule in requirement["unknown"]]
    assert "**Reason for a postmortem:** 150 users were affected" in run(transcript)[1]
    assert (
        "<strong>Reason for a postmortem:</strong> 150 users"
        in run(transcript, "--format", "html")[1]
    )
    (tmp_path / "debrief.toml").write_text("[postmortem.needed_when]\nusers = 151")
    assert "users" not in [reason_["rule"] for reason_ in requirement_of(transcript)["reasons"]]
    (tmp_path / "debrief.toml").write_text("[postmortem.needed_when]\nuser = 151")
    code, out, err = run(transcript)
    assert (code, out) == (2, "")
    assert "user isn't a setting (did you mean users?)" in err
