"""Options of the command line: help, version, impossible values, and colors."""

import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import Commands, app
from tests.support.harness import ROOT

COLOR_CODE = re.compile(rb"\x1b\[[0-9;]*3[0-9][0-9;]*m")  # SGR foreground colors


def debrief(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize("words", [[], *([name] for name in Commands()), ["db", "check"]])
def test_help_shows_no_type_for_flags(words: list[str]) -> None:
    assert "<bool>" not in debrief(*words, "--help").stdout


def test_version_prints_the_installed_version() -> None:
    assert debrief("--version").stdout == f"debrief {version('debrief')}\n"


@pytest.mark.parametrize("speed", ["-1", "-0.5", "nan", "-inf"])
def test_a_negative_demo_speed_is_refused_in_one_line(speed: str, tmp_path: Path) -> None:
    with chdir(tmp_path):
        result = debrief("demo", f"--speed={speed}")
    assert result.exit_code == 2
    assert result.stderr.startswith("debrief: The speed can't be ")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999"])
def test_an_impossible_port_is_refused_in_one_line(port: str) -> None:
    assert "the port must be a number from 0 to 65535" in _refused_port(port)


def test_a_busy_port_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        assert "already in use" in _refused_port(str(busy.getsockname()[1]))


def _refused_port(port: str) -> str:
    result = debrief("sandbox", f"--port={port}")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"debrief: Port {port} can't be used")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("words", [["--help"], ["doctor", "--help"], ["doctor"]])
def test_no_color_and_pipes_get_no_color_codes(words: Sequence[str], tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(tmp_path)}
    assert COLOR_CODE.search(_run_in_terminal(words, tmp_path, env)), "a terminal gets colors"
    assert not COLOR_CODE.search(_run_in_terminal(words, tmp_path, env | {"NO_COLOR": "1"}))
    assert b"\x1b" not in subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=tmp_path, env=env | {"PYTHONPATH": str(ROOT)},
        check=False, capture_output=True,
    ).stdout  # fmt: skip


def _run_in_terminal(words: Sequence[str], folder: Path, env: dict[str, str]) -> bytes:
    """Return what a command writes to a pseudo-terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", *words]
    with subprocess.Popen(
        command, cwd=folder, env=env | {"PYTHONPATH": str(ROOT)}, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        return _read_all(ours)


def _read_all(terminal: int) -> bytes:
    output = b""
    with os.fdopen(terminal, "rb", buffering=0) as source:
        while True:
            try:
                chunk = source.read(4096)
            except OSError:  # Linux's way of saying that the other side is closed
                return output
            if not chunk:
                return output
            output += chunk
