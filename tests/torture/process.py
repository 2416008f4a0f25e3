"""`debrief run` in a process of its own: started, killed, started again."""

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
STARTS_WITHIN = 30.0  # seconds, on a machine that does a lot besides
LEAVES_WITHIN = 10.0  # seconds after SIGTERM: the program's promise
# Reminders at any hour, and a pace that lets a run end: where the pace is tested, another is set.
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
    """One replica. Its log is appended to `folder/NAME.log`, over all its lives."""

    sandbox: Sandbox
    folder: Path
    url: str
    name: str = "debrief"
    interval: float = 0.02
    lives: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _port: int = field(default_factory=_free_port)

    def start(self) -> None:
        """Returns at once; `wait_ready` waits."""
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
        """SIGTERM; how many seconds it took to leave. Killed when it does not."""
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
        """What /readyz answers; 0 when nobody does."""
        try:
            return httpx.get(self._page("readyz"), timeout=10).status_code
        except httpx.TransportError:
            return 0

    def waiting(self) -> float:
        """How many postings are not yet sent; -1 when it does not say."""
        try:
            shown = httpx.get(self._page("metrics"), timeout=10).text
        except httpx.TransportError:
            return -1.0
        found = re.search(r"^debrief_outbox_waiting (\S+)$", shown, re.MULTILINE)
        return float(found[1]) if found else -1.0

    def log(self) -> str:
        """The end of what it logged."""
        return (self.folder / f"{self.name}.log").read_text("utf-8", "replace")[-2_000:]

    def _page(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/{name}"

    def _environment(self, policy: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {
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
    """Wait until it holds. TimeoutError says what was waited for, and what `seen` gives."""
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            raise TimeoutError(f"waited {seconds:.0f} s until {what} {seen()}".strip())
        time.sleep(0.05)
