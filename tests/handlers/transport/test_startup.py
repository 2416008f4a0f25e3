"""Starting while Slack is unavailable: only a refused token stops it, other errors are retried."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.config.context import Bot
from bot.domain.errors import BotError
from handlers.service import Service, ServiceSettings
from handlers.slack.scopes import SCOPES
from handlers.slack.threads import run_in_background
from handlers.transport.connection import TokenRefused
from handlers.transport.reconnect_backoff import ReconnectSettings
from handlers.transport.socket_mode import AppTokenRefused
from handlers.transport.startup import StartCancelled
from sandbox.server import Sandbox
from tests.support import harness
from tests.support.harness import AFTER_LAST_RETRY, POLICY, ROOT, LiveBot, eventually

RETRYING = "Slack is unavailable, retrying"
# A fault, and the reason that the log and /readyz give for it.
TROUBLES: list[tuple[str, dict[str, Any], str]] = [
    ("ratelimited", {"retry_after": 0}, "ratelimited"),
    ("error", {"error": "ratelimited"}, "ratelimited"),
    ("error", {"error": "fatal_error"}, "fatal_error"),
    ("error", {"error": "org_login_required"}, "org_login_required"),
    ("server_error", {"status": 503}, "internal_error"),
    ("unreadable", {"status": 502}, "isn't from Slack"),
    ("unreadable", {"status": 200}, "isn't from Slack"),
    ("unreadable", {"status": 200, "body": "[]"}, "isn't from Slack"),
    ("unreadable", {"status": 200, "body": '["ok"]'}, ""),
    ("unreadable", {"status": 200, "body": ""}, ""),
    ("unreadable", {"status": 200, "body": '{"ok": true}'}, "no "),
    ("dropped_before", {}, ""),
    ("dropped_after", {}, ""),
]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yml") as running_sandbox:
        yield running_sandbox


@contextmanager
def starting(
    sandbox: Sandbox, folder: Path, *, over_http: bool = False
) -> Iterator[tuple[Service, Future[Exception | None]]]:
    """Start the bot on its own thread; yield it with the outcome of its start."""
    store = harness.open_migrated(f"sqlite:///{folder}/debrief.db")
    service_settings = ServiceSettings(
        bot_token=sandbox.bot_token,
        app_token=None if over_http else sandbox.app_token,
        signing_secret=sandbox.signing_secret,
        api_url=sandbox.api_url,
        port=0,
        pace=ReconnectSettings(first_wait=0.02, longest_wait=0.02),
        repeat_after=harness.AT_ONCE,
    )
    service = Service(Bot(store=store, policy=POLICY, now=sandbox.clock.now), service_settings)
    try:
        yield service, run_in_background(service.start, "starting")
    finally:
        service.stop()


def _get(service: Service, page: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{service.port}/{page}")


def _calls(sandbox: Sandbox, method: str) -> int:
    return len(sandbox.record.called(method))


def _assert_waiting(service: Service, start: str, reason: str) -> None:
    ready = _get(service, "readyz")
    assert ready.status_code == 503
    (trouble,) = ready.json()["troubles"]
    assert trouble.startswith(start)
    assert reason in trouble
    assert _get(service, "healthz").status_code == 200
    assert "debrief_slack_connected 0.0" in _get(service, "metrics").text


@pytest.mark.parametrize(
    ("method", "over_http"),
    [("auth.test", False), ("auth.test", True), ("apps.connections.open", False)],
)
def test_errors_during_the_start_are_reported_and_retried(
    sandbox: Sandbox, tmp_path: Path, method: str, *, over_http: bool
) -> None:
    sandbox.faults.on("dropped_before", method=method)
    with (
        capture_logs() as logs,
        starting(sandbox, tmp_path, over_http=over_http) as (service, started),
    ):
        for fault, options, reason in TROUBLES:
            sandbox.faults.clear()
            sandbox.faults.on(fault, method=method, **options)
            calls = _calls(sandbox, method)
            eventually(lambda n=calls: _calls(sandbox, method) > n + 2, f"it tries on: {fault}")  # type: ignore[misc]
            _assert_waiting(service, f"waiting for Slack: {method} failed (", reason)
        assert not started.done()
        sandbox.faults.clear()
        assert started.result(harness.TIMEOUT_SECONDS) is None
        assert _get(service, "readyz").json() == {"ready": True, "troubles": []}
    reasons = [entry["reason"] for entry in logs if entry["event"] == RETRYING]
    assert len(reasons) == len(set(reasons))  # each reason is logged once
    assert [entry["event"] for entry in logs].count("Slack is available again") == 1


@pytest.mark.parametrize(
    ("method", "expected", "error"),
    [
        ("auth.test", TokenRefused, "invalid_auth"),
        ("auth.test", TokenRefused, "not_authed"),
        ("auth.test", TokenRefused, "token_revoked"),
        ("auth.test", TokenRefused, "token_expired"),
        ("auth.test", TokenRefused, "account_inactive"),
        ("apps.connections.open", AppTokenRefused, "invalid_auth"),
        ("apps.connections.open", AppTokenRefused, "not_allowed_token_type"),
        ("apps.connections.open", AppTokenRefused, "missing_scope"),
    ],
)
def test_a_refused_token_stops_the_start(
    sandbox: Sandbox, tmp_path: Path, method: str, expected: type[BotError], error: str
) -> None:
    sandbox.faults.on("error", method=method, error=error)
    with starting(sandbox, tmp_path) as (service, started):
        outcome = started.result(harness.TIMEOUT_SECONDS)
        assert isinstance(outcome, expected)
        assert f"({error})" in str(outcome)
        assert len(sandbox.record.called(method)) == 1
        with pytest.raises(httpx.TransportError):
            _get(service, "healthz")


def test_the_start_can_be_cancelled_while_it_waits_for_slack(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.on("ratelimited", method="auth.test", retry_after=3600)
    with starting(sandbox, tmp_path) as (service, started):
        eventually(lambda: bool(sandbox.record.called("auth.test")), "it asks")
    assert isinstance(started.result(harness.TIMEOUT_SECONDS), StartCancelled)
    with pytest.raises(httpx.TransportError):
        _get(service, "healthz")


def test_the_bot_starts_without_some_scopes_and_logs_each(tmp_path: Path) -> None:
    absent = {"pins:write", "groups:history"}
    granted = tuple(scope.name for scope in SCOPES if scope.name not in absent)
    with (
        Sandbox(ROOT / "manifest.yml", granted_scopes=granted) as sandbox,
        capture_logs() as logs,
        starting(sandbox, tmp_path) as (_, started),
    ):
        assert started.result(harness.TIMEOUT_SECONDS) is None
    entries = {entry["scope"]: entry for entry in logs if entry["event"] == "missing scope"}
    assert set(entries) == absent
    assert entries["pins:write"]["log_level"] == "warning"
    assert entries["groups:history"]["log_level"] == "error"
    assert "aren't recorded" in entries["groups:history"]["without_it"]
    assert "OAuth & Permissions → Bot Token Scopes" in entries["groups:history"]["add_it_at"]


def test_messages_during_the_start_are_not_lost_over_http(
    live_bot: LiveBot, tmp_path: Path
) -> None:
    channel = live_bot.declare()
    live_bot.service.stop()
    live_bot.sandbox.faults.on("error", method="auth.test", error="fatal_error")
    with starting(live_bot.sandbox, tmp_path, over_http=True) as (service, started):
        eventually(lambda: _calls(live_bot.sandbox, "auth.test") > 1, "it listens and asks Slack")
        live_bot.sandbox.deliver_over_http(f"http://127.0.0.1:{service.port}/slack/events")
        live_bot.workspace.say("ana", channel, "rolled back checkout")
        tries = live_bot.sandbox.record.events
        eventually(lambda: bool(tries("message")), "Slack tried")
        eventually(lambda: tries("message")[-1].reason == "http_error", "and was sent away")
        live_bot.sandbox.faults.clear()
        assert started.result(harness.TIMEOUT_SECONDS) is None

        def is_tried_again() -> bool:
            # Slack may only plan its next try after the clock was advanced, so it's advanced again.
            live_bot.sandbox.clock.advance(AFTER_LAST_RETRY)
            return tries("message")[-1].reason != "http_error"

        eventually(is_tried_again, "Slack tries again")
        live_bot.sandbox.settle(harness.TIMEOUT_SECONDS)
        texts = [event.text for event in live_bot.timeline(channel)]
        assert texts.count("rolled back checkout") == 1
        live_bot.service = service
    live_bot.service = harness.start_bot(live_bot.sandbox, live_bot.store, over_http=True)
