"""Nobody can freeze the bot with a message: twice the text never takes much more than twice the time."""

import subprocess
import sys

import pytest

from tests.support.harness import ROOT


@pytest.mark.parametrize("what", ["patterns", "functions"])
def test_time_grows_no_faster_than_a_hostile_text(what: str) -> None:
    """In a process of its own with a limit of CPU: what never ends fails here, and does not hang."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.scaling.hostile", what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == ""
    assert run.returncode == 0, f"ended while it tried {run.stderr.splitlines()[-1:]}"
