"""`debrief check` as people run it: its own process, its output and its exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.harness import ROOT

GOOD = """# Down

## Summary
The shop was down for ten minutes.

## Impact
Forty users.

## Timeline
- 12:00 down
- 12:10 up

## Root cause
The disk filled up.

## What went well
- The alert fired.

## What went poorly
- The runbook was old.

## Lessons
- Disks fill unseen.

## Action items
- P1 — Alert at 80 % of any disk — @mei — 2026-03-14
"""


def debrief(*words: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "check", *words],
        cwd=cwd, input=stdin, capture_output=True, check=False, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    (tmp_path / "bad.md").write_text(
        GOOD.replace("The disk filled up.", "Dave forgot to rotate the logs."), "utf-8"
    )
    return tmp_path


def test_a_file_without_findings_exits_with_0(folder: Path) -> None:
    result = debrief("good.md", cwd=folder)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode() == "No suggestions for 1 file.\n"
    assert debrief("good.md", "--format", "json", cwd=folder).stdout == b"[]\n"


def test_findings_are_printed_like_a_linters_and_exit_with_1(folder: Path) -> None:
    result = debrief("good.md", "bad.md", cwd=folder)
    assert result.returncode == 1
    finding, blank_line, summary = result.stdout.decode().splitlines()
    assert finding.startswith(
        'bad.md:14: forgot: "Dave forgot to rotate the logs" Everybody forgets things.'
    )
    assert finding.endswith("Better: Nothing reminded anybody to rotate the logs.")
    assert (blank_line, summary) == ("", "1 suggestion in 2 files.")


def test_json_output_has_an_object_per_finding(folder: Path) -> None:
    result = debrief("bad.md", "--format", "json", cwd=folder)
    assert result.returncode == 1
    (finding,) = json.loads(result.stdout)
    assert list(finding) == ["file", "line", "section", "rule", "text", "why", "better"]
    assert [finding[name] for name in ("file", "line", "section", "rule")] == [
        "bad.md", 14, "Root cause", "forgot",
    ]  # fmt: skip


def test_a_hyphen_reads_standard_input(folder: Path) -> None:
    result = debrief("-", cwd=folder, stdin=(folder / "bad.md").read_bytes())
    assert result.returncode == 1
    assert result.stdout.startswith(b"-:14: forgot: ")


def test_an_empty_file_lacks_every_section(folder: Path) -> None:
    (folder / "empty.md").touch()
    result = debrief("empty.md", cwd=folder)
    assert result.returncode == 1
    assert result.stdout.count(b"empty.md: missing section: ") == 8


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.md", "No such file"),
        (".", "Is a directory"),
        ("binary.md", "isn't UTF-8 text"),
    ],
)
def test_an_unreadable_file_stops_the_check_before_any_output(
    folder: Path, name: str, reason: str
) -> None:
    (folder / "binary.md").write_bytes(b"\xff\xfe\x00")
    result = debrief("bad.md", name, cwd=folder)
    assert (result.returncode, result.stdout) == (2, b"")
    (line,) = result.stderr.decode().splitlines()
    assert name in line
    assert reason in line


def test_control_characters_are_not_printed_to_the_terminal(folder: Path) -> None:
    (folder / "bad.md").write_text("Dave forgot to \x1b[2J\x07 clear.\n", "utf-8")
    result = debrief("bad.md", cwd=folder)
    assert b"forgot: " in result.stdout
    assert b"\x1b" not in result.stdout
