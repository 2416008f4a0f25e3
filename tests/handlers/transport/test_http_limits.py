"""Clients that send incomplete or oversized requests over real sockets don't block others."""

import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx
import pytest

from handlers.transport.http_connections import REQUEST_SECONDS
from handlers.transport.request_body import MAX_BYTES, SMALL_BYTES
from sandbox.clock import Clock, real_now
from sandbox.server import Sandbox
from tests.support import harness
from tests.support.harness import ROOT, TIMEOUT_SECONDS, LiveBot, add_people, eventually
from tests.support.processes import make_environment, responds, run_program

DESCRIPTORS = 160  # limit of the process; 100 of them for connections
MANY = 300  # connections of each kind
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SIGNED = b"X-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: v0=%s\r\n" % (
    real_now().timestamp(),
    b"0" * 64,
)
HALF_OPEN = {
    "no data": b"",
    "half a line": b"POST /sla",
    "headers without an end": HEAD,
    "no body": HEAD + SIGNED + b"Content-Length: 100\r\n\r\n",
    "half a body": HEAD + SIGNED + b"Content-Length: 100\r\n\r\n{",
    "half a large body": HEAD
    + SIGNED
    + b"Content-Length: 1000000\r\n\r\n"
    + b" " * (SMALL_BYTES + 1),
    "chunks without an end": HEAD + SIGNED + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "an answered request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a web socket": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
}


@dataclass
class RunningBot:
    """The bot in HTTP mode, as a process with few file descriptors."""

    process: "Popen[str]"
    sandbox: Sandbox
    port: int

    def connect(self, data: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_SECONDS)
        connection.sendall(data)
        return connection

    def check_answers(self) -> None:
        """Check that a signed command is answered and both health pages are fine."""
        answer = self.sandbox.workspace.command("ana", "incidents", "/incident", "list")
        assert answer.text == "There are no open incidents."
        for page in ("readyz", "healthz"):
            assert responds(f"http://127.0.0.1:{self.port}/{page}")

    def is_well(self) -> bool:
        try:
            self.check_answers()
        except AssertionError:
            return False
        return True

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))  # noqa: PTH208 - counted, not read

    def warnings(self) -> list[str]:
        """Stop the bot and return the warnings in its log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=10)
        return [line for line in log.splitlines() if '"level": "info"' not in line]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[RunningBot]:
    with Sandbox(ROOT / "manifest.yml", clock=Clock()) as sandbox:
        add_people(sandbox)
        env = make_environment(sandbox, SLACK_SIGNING_SECRET=sandbox.signing_secret)
        del env["SLACK_APP_TOKEN"]
        with run_program(tmp_path, env) as process:
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
            running_bot = RunningBot(process, sandbox, int(env["DEBRIEF_PORT"]))
            base = f"http://127.0.0.1:{running_bot.port}"
            eventually(lambda: responds(f"{base}/readyz"), "it is ready")
            sandbox.deliver_over_http(f"{base}/slack/events")
            yield running_bot


def _is_closed(connection: socket.socket) -> bool:
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def test_half_open_connections_do_not_block_other_clients(bot: RunningBot) -> None:
    with ExitStack() as stack:
        for data in HALF_OPEN.values():
            for _ in range(MANY):
                stack.enter_context(closing(bot.connect(data)))
            bot.check_answers()
            assert bot.descriptors() < DESCRIPTORS
    assert len(bot.warnings()) == 1  # about too many connections


def test_an_incomplete_request_is_closed_after_five_seconds(bot: RunningBot) -> None:
    with ExitStack() as stack:
        connections = {
            name: stack.enter_context(closing(bot.connect(data)))
            for name, data in HALF_OPEN.items()
        }
        assert [
            name for name, connection in connections.items() if not _is_closed(connection)
        ] == []
    assert bot.warnings() == []


def test_a_client_that_sends_byte_by_byte_gets_no_more_time(bot: RunningBot) -> None:
    with closing(bot.connect(HEAD)) as connection:
        connection.settimeout(REQUEST_SECONDS / 20)
        count = 0
        while not _is_closed(connection):
            count += 1
            assert count < 60, "it still reads"
            try:
                connection.send(b"X")
            except (BrokenPipeError, ConnectionResetError):
                break
    bot.check_answers()


def test_running_out_of_descriptors_is_logged_once_and_recovered_from(bot: RunningBot) -> None:
    bot.check_answers()
    used = bot.descriptors()
    resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE, (used, DESCRIPTORS))
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(closing(bot.connect(b"")))
        resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        eventually(bot.is_well, "it answers again")
    assert len(bot.warnings()) <= 1


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", 401),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", 401),
        (HEAD + SIGNED.replace(b"v0=", b"v1=") + b"Content-Length: 1000000\r\n\r\n", 401),
        (HEAD + SIGNED + b"Content-Length: %d\r\n\r\n" % (MAX_BYTES + 1), 413),
        (HEAD.replace(b"POST", b"PUT") + SIGNED + b"Content-Length: 1000000\r\n\r\n", 405),
        (HEAD.replace(b"events", b"other") + SIGNED + b"Content-Length: 1000000\r\n\r\n", 404),
        (b"not HTTP\r\n\r\n", 400),
        (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n", 400),
        (HEAD + SIGNED + b"Content-Length: -5\r\n\r\n", 400),
    ],
    ids=[
        "large body without a signature",
        "chunks without a signature",
        "wrong signature version",
        "body over the limit",
        "wrong method",
        "unknown path",
        "not HTTP",
        "long request line",
        "negative length",
    ],
)
def test_invalid_requests_are_rejected_before_their_body_is_read(
    live_bot: LiveBot, data: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", live_bot.service.port), timeout=2) as connection:
        connection.sendall(data)
        assert connection.recv(100).startswith(b"HTTP/1.1 %d " % status)


def test_a_chunked_body_over_the_limit_is_rejected(live_bot: LiveBot) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BYTES // SMALL_BYTES + 1):
            yield b" " * SMALL_BYTES

    url = f"http://127.0.0.1:{live_bot.service.port}/slack/events"
    headers = {"x-slack-request-timestamp": "1", "x-slack-signature": "v0=" + "0" * 64}
    assert httpx.post(url, content=chunks(), headers=headers).status_code == 413
