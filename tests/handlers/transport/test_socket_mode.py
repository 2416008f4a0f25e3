"""The Socket Mode connection survives cuts, silence, refusals and invalid frames without loss."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from structlog.testing import capture_logs

from bot.domain.timeline import EventKind
from handlers.service import Service
from handlers.slack.log_once import OnceLogger
from handlers.transport.bolt_dispatcher import BoltDispatcher
from handlers.transport.reconnect_backoff import ReconnectSettings
from handlers.transport.socket_mode import SocketModeClient
from sandbox.server import Sandbox
from tests.support import harness
from tests.support.harness import FAST_RECONNECT, LiveBot, eventually

BURST = int(os.environ.get("DEBRIEF_BURST", "500"))
LOST, AGAIN = "connection to Slack lost", "reconnected to Slack"
Logs = list[dict[str, Any]]


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as caught:
        yield caught  # type: ignore[misc]


@pytest.fixture
def watchful_town(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace in which a connection is dead after 1.5 seconds of silence."""
    pace = ReconnectSettings(silence=1.5, first_wait=0.05, longest_wait=0.2)
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", pace=pace) as running_town:
        yield running_town


def _texts(live_bot: LiveBot, channel: str) -> list[str]:
    return [event.text for event in live_bot.timeline(channel) if event.kind is EventKind.MESSAGE]


def _count(logs: Logs, event: str) -> int:
    return sum(entry["event"] == event for entry in logs)


def _connection_calls(sandbox: Sandbox) -> int:
    return len(sandbox.record.called("apps.connections.open"))


def test_each_message_of_a_burst_is_acknowledged_and_recorded_once(tmp_path: Path) -> None:
    patience = 10 + BURST / 25  # disk speed is not under test
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(database, ack_timeout=patience) as live_bot:
        channel = live_bot.declare()
        texts = [f"message {number}" for number in range(BURST)]
        for text in texts:
            live_bot.workspace.say("ana", channel, text)
        live_bot.sandbox.settle(patience)
        assert sorted(_texts(live_bot, channel)) == sorted(texts)
        messages = live_bot.sandbox.record.events("message")
        assert all(delivery.acknowledged for delivery in messages)
        assert _connection_calls(live_bot.sandbox) == 1  # over one connection


def test_a_command_does_not_wait_behind_a_burst_of_messages(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    for number in range(400):
        live_bot.workspace.say("ana", channel, f"{number}")
    assert "P3" in live_bot.command("ben", "sev P3", channel)
    assert len(_texts(live_bot, channel)) < 350
    live_bot.sandbox.clock.advance(harness.AFTER_LAST_RETRY)


def test_a_cut_connection_is_opened_again(live_bot: LiveBot, logs: Logs) -> None:
    channel = live_bot.declare()
    for number in range(3):
        before = _connection_calls(live_bot.sandbox)
        live_bot.sandbox.cut()
        eventually(lambda before=before: _connection_calls(live_bot.sandbox) > before, "it asks")  # type: ignore[misc]
        eventually(live_bot.service._is_connected, "it is back")
        live_bot.sandbox.wait_connected()
        live_bot.workspace.say("ana", channel, f"after cut {number}")
        live_bot.settle()
    assert _texts(live_bot, channel) == ["after cut 0", "after cut 1", "after cut 2"]
    assert (_count(logs, LOST), _count(logs, AGAIN)) == (3, 3)
    assert len(live_bot.sandbox._socket_mode.links) == 1


def test_a_cut_during_a_burst_loses_no_message(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    for number in range(150):
        live_bot.workspace.say("ana", channel, f"{number}")
        if number in {50, 100}:
            live_bot.sandbox.cut()
    eventually(live_bot.service._is_connected, "it is back")
    eventually(
        lambda: _count_recorded(live_bot, channel) == 150, "Slack delivered again what was lost"
    )
    assert sorted(_texts(live_bot, channel), key=int) == [f"{number}" for number in range(150)]


def _count_recorded(live_bot: LiveBot, channel: str) -> int:
    live_bot.sandbox.clock.advance(timedelta(seconds=1))
    return len(_texts(live_bot, channel))


def test_a_silent_connection_is_replaced(watchful_town: LiveBot, logs: Logs) -> None:
    live_bot = watchful_town
    channel = live_bot.declare()
    before = _connection_calls(live_bot.sandbox)
    live_bot.sandbox.mute()
    eventually(lambda: _connection_calls(live_bot.sandbox) > before, "it noticed")
    eventually(lambda: _count(logs, AGAIN) == 1, "it is back")
    live_bot.sandbox.clock.advance(harness.AFTER_LAST_RETRY)
    live_bot.workspace.say("ana", channel, "heard again")
    live_bot.settle()
    assert _texts(live_bot, channel) == ["heard again"]
    (lost,) = [entry for entry in logs if entry["event"] == LOST]
    assert lost["reason"] == "nothing received for 1.5 s"


def test_a_quiet_connection_that_answers_pings_is_kept(watchful_town: LiveBot) -> None:
    before = _connection_calls(watchful_town.sandbox)
    connection = watchful_town.service._socket._connection  # type: ignore[union-attr]
    assert connection is not None
    assert not connection.ended.wait(2.5)  # longer than the silence: pings were answered
    assert _connection_calls(watchful_town.sandbox) == before


def test_connecting_is_retried_until_slack_accepts(live_bot: LiveBot, logs: Logs) -> None:
    channel = live_bot.declare()
    before = _connection_calls(live_bot.sandbox)
    live_bot.sandbox.refuse_links()
    live_bot.sandbox.cut()
    eventually(lambda: _connection_calls(live_bot.sandbox) >= before + 5, "it keeps asking")
    assert not live_bot.service._is_connected()
    live_bot.sandbox.refuse_links(refuse=False)
    eventually(live_bot.service._is_connected, "it is back")
    live_bot.workspace.say("ana", channel, "heard again")
    live_bot.settle()
    assert _texts(live_bot, channel) == ["heard again"]
    assert (_count(logs, LOST), _count(logs, AGAIN)) == (1, 1)
    assert _count(logs, "cannot connect to Slack, retrying") == 1


def test_a_rate_limited_connection_is_retried_after_the_given_time(live_bot: LiveBot) -> None:
    before = _connection_calls(live_bot.sandbox)
    limited = {"method": "apps.connections.open", "times": 2, "retry_after": 1}
    live_bot.sandbox.faults.on("ratelimited", **limited)
    live_bot.sandbox.cut()
    eventually(lambda: _connection_calls(live_bot.sandbox) == before + 3, "it asks a third time")
    eventually(live_bot.service._is_connected, "it is back")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_connection_that_slack_renews_loses_no_message(
    live_bot: LiveBot, logs: Logs, reason: str
) -> None:
    channel = live_bot.declare()
    for number in range(60):
        if number == 30:
            live_bot.sandbox.disconnect(reason)
            live_bot.sandbox.wait_connected()
        live_bot.workspace.say("ana", channel, f"{number}")
    live_bot.settle()
    assert len(_texts(live_bot, channel)) == 60
    messages = live_bot.sandbox.record.events("message")
    first_tries = {entry.body["event"]["ts"] for entry in messages if entry.attempt == 0}
    assert {entry.body["event"]["ts"] for entry in messages if entry.acknowledged} == first_tries
    assert {"event": "Slack is refreshing the connection", "reason": reason} in [
        {name: entry.get(name) for name in ("event", "reason")} for entry in logs
    ]
    assert _count(logs, LOST) == 0


def test_switched_off_socket_mode_is_logged(live_bot: LiveBot, logs: Logs) -> None:
    live_bot.sandbox.refuse_links()
    live_bot.sandbox.disconnect("link_disabled")
    eventually(lambda: _count(logs, "cannot connect to Slack, retrying") == 1, "it tried")
    assert any("turned off for this app" in entry["event"] for entry in logs)
    live_bot.sandbox.refuse_links(refuse=False)
    eventually(lambda: _count(logs, AGAIN) == 1, "it is back")


def test_the_reconnect_callback_is_repeated_until_it_succeeds(live_bot: LiveBot) -> None:
    calls: list[int] = []

    def on_return() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the database was not back yet")

    socket = _socket(live_bot, on_return)
    socket.connect()
    try:
        live_bot.sandbox.wait_connected(2)
        assert calls == []  # the first connection is not a reconnect
        live_bot.sandbox.cut()
        eventually(lambda: len(calls) == 2, "the callback ran again")
        eventually(socket.is_connected, "it is back")
    finally:
        socket.close()


def _socket(live_bot: LiveBot, on_return: Callable[[], None]) -> SocketModeClient:
    opener = WebClient(live_bot.sandbox.app_token, base_url=live_bot.sandbox.api_url)
    dispatcher = BoltDispatcher(_app(live_bot.service), OnceLogger())
    return SocketModeClient(dispatcher, opener, pace=FAST_RECONNECT, on_return=on_return)


def _app(service: Service) -> Any:
    return service._dispatcher.app


INVALID_FRAMES = [
    "", "not json", "[]", "5", "null", '"hello"', "{", "[" * 100_000, "{}", '{"type": 5}',
    '{"type": "dance"}', '{"type": ["hello"]}', '{"envelope_id": 7, "type": "events_api"}',
    '{"envelope_id": null, "payload": {}}', '{"type": "events_api", "payload": {}}', "1" * 5_000,
    "\u0000", '"\\ud800"',
]  # fmt: skip
INCOMPLETE_ENVELOPES: list[dict[str, Any]] = [{"type": "events_api"}, {"payload": []}, {"payload": None}, {"payload": "x"},
        {"type": None, "payload": {"type": "event_callback"}}]  # fmt: skip


def test_invalid_frames_are_logged_once_and_the_connection_continues(
    live_bot: LiveBot, logs: Logs
) -> None:
    channel = live_bot.declare()
    before = _connection_calls(live_bot.sandbox)
    for _ in range(2):
        for frame in INVALID_FRAMES:
            live_bot.sandbox.send_raw(frame)
        for link in live_bot.sandbox._socket_mode.links:
            live_bot.sandbox._on_loop(link.send_bytes(b"\xff\xfe\x00binary"))
        for number, envelope in enumerate(INCOMPLETE_ENVELOPES):
            live_bot.sandbox.send_raw(json.dumps({"envelope_id": f"half-{number}", **envelope}))
    live_bot.workspace.say("ana", channel, "after the nonsense")
    live_bot.settle()
    assert _texts(live_bot, channel) == ["after the nonsense"]
    assert _connection_calls(live_bot.sandbox) == before
    entries = [tuple(sorted(entry.items())) for entry in logs if entry.get("note") == "logged once"]
    assert len(entries) == len(set(entries)) > 1
    assert not [entry for entry in logs if entry["log_level"] == "error"]
