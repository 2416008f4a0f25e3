"""Processing a message takes linear time: twice the text never takes much more than twice as long."""

import subprocess
import sys

import pytest

from tests.support.harness import ROOT


@pytest.mark.parametrize("part", ["patterns", "functions"])
def test_run_time_grows_no_faster_than_a_hostile_text(part: str) -> None:
    """Runs in a separate process with a CPU limit, so that an endless run fails here instead of hanging."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.scaling.hostile", part],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == ""
    assert run.returncode == 0, f"ended while it tried {run.stderr.splitlines()[-1:]}"
