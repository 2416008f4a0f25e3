import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.draft import draft

TOLD = '{"ts": "2026-03-10T14:26:00Z", "user": "bob", "text": "150 users are affected"}\n'
app = typer.Typer()
app.command()(draft)


@app.callback()
def debrief() -> None:
    """A second command makes `draft` a name to type, as in the real program."""


@pytest.fixture
def talk(tmp_path: Path) -> Path:
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


def test_markdown_goes_to_standard_output(talk: Path) -> None:
    code, out, err = run(talk)
    assert (code, err) == (0, "")
    assert out.startswith("# DRAFT: talk\n")
    assert "## Timeline (UTC)" in out


def test_json_and_html_too(talk: Path) -> None:
    _, out, _ = run(talk, "--format", "json")
    assert json.loads(out)["incident"]["key"] == "DRAFT"
    _, out, _ = run(talk, "--format", "html", "--template", "full")
    assert out.startswith("<!doctype html>")


def test_a_file_instead(talk: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.md"
    code, out, _ = run(talk, "-o", file)
    assert (code, out) == (0, "")
    assert file.read_text("utf-8") == run(talk)[1]


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
def test_what_is_wrong_is_one_line_and_exit_2(
    talk: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(talk.parent)
    (talk.parent / "broken.jsonl").write_text("{}\n")
    (talk.parent / "empty.jsonl").write_text("\n")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_what_lenient_leaves_out_is_said_on_the_side(talk: Path) -> None:
    talk.write_text(talk.read_text() + "broken\n")
    assert run(talk)[0] == 2
    code, out, err = run(talk, "--lenient", "--format", "json")
    assert (code, json.loads(out)["recording"]["messages"]) == (0, 2)
    assert "line 3" in err


def need(*arguments: object) -> dict[str, Any]:
    code, out, err = run(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)["need"]
    return found


def test_it_says_whether_one_is_needed_by_the_policy_of_this_folder(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    talk.write_text(talk.read_text() + TOLD)
    found = need(talk)
    assert (found["needed"], found["waived"]) == (True, None)
    reason = {
        "rule": "users",
        "text": "150 users were affected (policy: 100 or more)",
        "evidence": ["2026-03-10T14:26:00Z"],
    }
    assert reason in found["reasons"]
    assert "severity" in [each["rule"] for each in found["unknown"]]
    assert "**Postmortem required:** 150 users were affected" in run(talk)[1]
    assert "<strong>Postmortem required:</strong> 150 users" in run(talk, "--format", "html")[1]
    (tmp_path / "debrief.toml").write_text("[postmortem.needed_when]\nusers = 151")
    assert "users" not in [each["rule"] for each in need(talk)["reasons"]]
    (tmp_path / "debrief.toml").write_text("[postmortem.needed_when]\nuser = 151")
    code, out, err = run(talk)
    assert (code, out) == (2, "")
    assert "user is not a key (did you mean users?)" in err
