"""`debrief run` on a machine whose clock is a day off from Slack's."""

import re
import signal
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sandbox.clock import Clock, real_now
from sandbox.server import Sandbox
from storage import incidents
from storage.engine.store import Store
from tests.support.harness import ROOT, add_people, eventually
from tests.support.processes import make_environment, responds, run_program

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("ahead", "side"), [(DAY, "behind"), (-DAY, "ahead of")], ids=["behind", "ahead"]
)
def test_a_clock_a_day_off_is_reported_and_incidents_get_slacks_time(
    tmp_path: Path, ahead: timedelta, side: str
) -> None:
    """The machine's clock can't be changed, so Slack's is."""
    with Sandbox(ROOT / "manifest.yml", clock=Clock(real_now() + ahead)) as sandbox:
        add_people(sandbox)
        env = make_environment(sandbox, DEBRIEF_LOG="json")
        base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
        with run_program(tmp_path, env) as process:
            sandbox.wait_connected()
            eventually(lambda: responds(f"{base}/readyz"), "it is ready")
            sandbox.workspace.command("ana", "incidents", "/incident", "declare db down")
            metrics = httpx.get(f"{base}/metrics").text
            process.send_signal(signal.SIGTERM)
            log = process.communicate(timeout=15)[1]
        skew = re.search(r"^debrief_clock_skew_seconds (\S+)$", metrics, re.MULTILINE)
        assert skew
        assert abs(float(skew[1]) + ahead.total_seconds()) <= 30
        assert f"s {side} Slack's: sync it with NTP" in log
        assert abs(_declared_at(tmp_path) - sandbox.clock.now()) < timedelta(minutes=1)


def _declared_at(folder: Path) -> datetime:
    store = Store(f"sqlite:///{folder / 'debrief.db'}")
    with store.begin() as session:
        (incident,) = incidents.list_open(session)
    store.close()
    return incident.declared_at
