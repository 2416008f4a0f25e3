"""Progress of commands that take a while: on a terminal only, and only after a second."""

import io
from threading import Event

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.cli import progress_display
from tests.support.harness import eventually


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


def test_a_terminal_shows_each_step(output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_display, "DELAY_SECONDS", 0)
    terminal = Console(file=output, force_terminal=True)
    with progress_display.show("Reading the export", terminal) as report:
        eventually(lambda: "Reading the export" in output.getvalue(), "the first step is shown")
        report("Drafting")
        eventually(lambda: "Drafting" in output.getvalue(), "the second step is shown")


def test_a_quick_command_shows_no_progress(output: io.StringIO) -> None:
    with progress_display.show("Reading the export", Console(file=output, force_terminal=True)):
        pass
    assert output.getvalue() == ""


def test_a_pipe_gets_no_progress(output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_display, "DELAY_SECONDS", 0)
    started, start = Event(), Progress.start

    def note_start(shown: Progress) -> None:
        start(shown)
        started.set()

    monkeypatch.setattr(Progress, "start", note_start)
    with progress_display.show("Reading the export", Console(file=output)):
        assert started.wait(timeout=10)
    assert output.getvalue() == ""
