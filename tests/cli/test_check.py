"""`debrief check` as people run it: a process of its own, its output, its exit code."""

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


def debrief(*words: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "check", *words],
        cwd=cwd, input=given, capture_output=True, check=False, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    (tmp_path / "bad.md").write_text(
        GOOD.replace("The disk filled up.", "Dave forgot to rotate the logs."), "utf-8"
    )
    return tmp_path


def test_nothing_found_is_exit_0(folder: Path) -> None:
    ended = debrief("good.md", cwd=folder)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode() == "Nothing found in 1 file.\n"
    assert debrief("good.md", "--format", "json", cwd=folder).stdout == b"[]\n"


def test_what_is_found_is_a_line_as_linters_write_it_and_exit_1(folder: Path) -> None:
    ended = debrief("good.md", "bad.md", cwd=folder)
    assert ended.returncode == 1
    found, empty, closing = ended.stdout.decode().splitlines()
    assert found.startswith(
        'bad.md:14: forgot: "Dave forgot to rotate the logs" Everybody forgets.'
    )
    assert found.endswith("Better: Nothing reminded anybody to rotate the logs.")
    assert (empty, closing) == ("", "1 finding in 2 files.")


def test_json_has_an_object_for_each_finding(folder: Path) -> None:
    ended = debrief("bad.md", "--format", "json", cwd=folder)
    assert ended.returncode == 1
    (found,) = json.loads(ended.stdout)
    assert list(found) == ["file", "line", "section", "rule", "text", "why", "better"]
    assert [found[name] for name in ("file", "line", "section", "rule")] == [
        "bad.md", 14, "Root cause", "forgot",
    ]  # fmt: skip


def test_a_hyphen_is_standard_input(folder: Path) -> None:
    ended = debrief("-", cwd=folder, given=(folder / "bad.md").read_bytes())
    assert ended.returncode == 1
    assert ended.stdout.startswith(b"-:14: forgot: ")


def test_an_empty_file_lacks_everything(folder: Path) -> None:
    (folder / "empty.md").touch()
    ended = debrief("empty.md", cwd=folder)
    assert ended.returncode == 1
    assert ended.stdout.count(b"empty.md: missing section: ") == 8


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.md", "No such file"),
        (".", "Is a directory"),
        ("binary.md", "isn't UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_stops_it_before_anything_is_said(
    folder: Path, name: str, said: str
) -> None:
    (folder / "binary.md").write_bytes(b"\xff\xfe\x00")
    ended = debrief("bad.md", name, cwd=folder)
    assert (ended.returncode, ended.stdout) == (2, b"")
    (line,) = ended.stderr.decode().splitlines()
    assert name in line
    assert said in line


def test_a_text_does_not_steer_the_terminal(folder: Path) -> None:
    (folder / "bad.md").write_text("Dave forgot to \x1b[2J\x07 clear.\n", "utf-8")
    ended = debrief("bad.md", cwd=folder)
    assert b"forgot: " in ended.stdout
    assert b"\x1b" not in ended.stdout
