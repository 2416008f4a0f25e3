"""Run `debrief run` as a process of its own that can be killed and started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent.parent
KEPT = ("PATH", "HOME", "LANG")
STARTS_WITHIN = 30.0  # seconds, on a busy machine
LEAVES_WITHIN = 10.0  # seconds after SIGTERM, as promised
# Reminders at any hour, and a short posting interval so that rows end; rows that test the interval
# set another.
POLICY = """
posting_interval = {interval}
working_days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
[channels]
announce = "incidents"
[working_hours]
start = 0
end = 24
"""


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(eq=False)
class Program:
    """One replica. Its log is appended to `folder/NAME.log` across restarts."""

    sandbox: Sandbox
    folder: Path
    url: str
    name: str = "debrief"
    interval: float = 0.02
    lives: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _port: int = field(default_factory=_free_port)

    def start(self) -> None:
        """Start the process without waiting; see `wait_ready`."""
        policy = self.folder / f"{self.name}.toml"
        policy.write_text(POLICY.format(interval=self.interval), "utf-8")
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder, env=self._environment(policy), stdout=log, stderr=log,
            )  # fmt: skip
        self.lives += 1

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> float:
        """Send SIGTERM and return the seconds until the process exited; kill it when it doesn't."""
        assert self._process
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(LEAVES_WITHIN * 2)
        except subprocess.TimeoutExpired:
            self.kill()
        return time.monotonic() - began

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_ready(self) -> None:
        until(lambda: self.ready() == 200, STARTS_WITHIN, f"{self.name} is ready", self.log)

    def ready(self) -> int:
        """Return the status code of /readyz, or 0 when there is no response."""
        try:
            return httpx.get(self._page("readyz"), timeout=10).status_code
        except httpx.TransportError:
            return 0

    def waiting(self) -> float:
        """Return the number of unsent jobs, or -1 when it is unknown."""
        try:
            page = httpx.get(self._page("metrics"), timeout=10).text
        except httpx.TransportError:
            return -1.0
        found = re.search(r"^debrief_outbox_waiting (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else -1.0

    def log(self) -> str:
        """Return the end of the log."""
        return (self.folder / f"{self.name}.log").read_text("utf-8", "replace")[-2_000:]

    def _page(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/{name}"

    def _environment(self, policy: Path) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in KEPT if name in os.environ}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": self.sandbox.bot_token,
            "SLACK_APP_TOKEN": self.sandbox.app_token,
            "SLACK_API_URL": self.sandbox.api_url,
            "DATABASE_URL": self.url,
            "DEBRIEF_CONFIG": str(policy),
            "DEBRIEF_PORT": str(self._port),
            "DEBRIEF_LOG": "json",
        }


def until(
    holds: Callable[[], bool], seconds: float, what: str, seen: Callable[[], str] = str
) -> None:
    """Wait until `holds` returns true.

    The TimeoutError contains `what` and the result of `seen`.
    """
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            raise TimeoutError(f"waited {seconds:.0f} s until {what} {seen()}".strip())
        time.sleep(0.05)
