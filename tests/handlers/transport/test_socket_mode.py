"""The connection to Slack: kept through cuts, silence, refusals and nonsense, and nothing is lost."""

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
from handlers.transport.intake import Intake
from handlers.transport.reconnect_backoff import ReconnectSettings
from handlers.transport.socket_mode import SocketModeClient
from sandbox.server import Sandbox
from tests.support import harness
from tests.support.harness import QUICK, Town, eventually

BURST = int(os.environ.get("DEBRIEF_BURST", "500"))
LOST, AGAIN = "connection to Slack lost", "connected to Slack again"
Logs = list[dict[str, Any]]


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as caught:
        yield caught  # type: ignore[misc]


@pytest.fixture
def watchful(tmp_path: Path) -> Iterator[Town]:
    """A town where a second and a half of silence are too long."""
    pace = ReconnectSettings(silence=1.5, first_wait=0.05, longest_wait=0.2)
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", pace=pace) as made:
        yield made


def _texts(town: Town, channel: str) -> list[str]:
    return [event.text for event in town.recorded(channel) if event.kind is EventKind.MESSAGE]


def _count(logs: Logs, event: str) -> int:
    return sum(each["event"] == event for each in logs)


def _asked(sandbox: Sandbox) -> int:
    return len(sandbox.record.called("apps.connections.open"))


def test_a_burst_is_recorded_once_each_and_acknowledged(tmp_path: Path) -> None:
    patience = 10 + BURST / 25  # how fast the disk is, is not asked here
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(database, ack_timeout=patience) as town:
        channel = town.declare()
        said = [f"message {number}" for number in range(BURST)]
        for text in said:
            town.ws.say("ana", channel, text)
        town.sandbox.settle(patience)
        assert sorted(_texts(town, channel)) == sorted(said)
        messages = town.sandbox.record.events("message")
        assert all(each.acknowledged for each in messages)
        assert _asked(town.sandbox) == 1  # over one connection


def test_who_types_does_not_wait_behind_a_burst(town: Town) -> None:
    channel = town.declare()
    for number in range(400):
        town.ws.say("ana", channel, f"{number}")
    assert "P3" in town.incident("ben", "sev P3", channel)
    assert len(_texts(town, channel)) < 350
    town.sandbox.clock.advance(harness.LAST_RETRY)


def test_a_connection_that_is_cut_is_made_anew(town: Town, logs: Logs) -> None:
    channel = town.declare()
    for number in range(3):
        before = _asked(town.sandbox)
        town.sandbox.cut()
        eventually(lambda before=before: _asked(town.sandbox) > before, "it asks")  # type: ignore[misc]
        eventually(town.service._is_connected, "it is back")
        town.sandbox.wait_connected()
        town.ws.say("ana", channel, f"after cut {number}")
        town.settle()
    assert _texts(town, channel) == ["after cut 0", "after cut 1", "after cut 2"]
    assert (_count(logs, LOST), _count(logs, AGAIN)) == (3, 3)
    assert len(town.sandbox._socket_mode.links) == 1


def test_a_cut_in_the_middle_of_a_burst_loses_nothing(town: Town) -> None:
    channel = town.declare()
    for number in range(150):
        town.ws.say("ana", channel, f"{number}")
        if number in {50, 100}:
            town.sandbox.cut()
    eventually(town.service._is_connected, "it is back")
    eventually(lambda: _heard(town, channel) == 150, "Slack delivered again what was lost")
    assert sorted(_texts(town, channel), key=int) == [f"{number}" for number in range(150)]


def _heard(town: Town, channel: str) -> int:
    town.sandbox.clock.advance(timedelta(seconds=1))
    return len(_texts(town, channel))


def test_a_silent_connection_is_given_up_though_it_looks_alive(watchful: Town, logs: Logs) -> None:
    town = watchful
    channel = town.declare()
    asked = _asked(town.sandbox)
    town.sandbox.mute()
    eventually(lambda: _asked(town.sandbox) > asked, "it noticed")
    eventually(lambda: _count(logs, AGAIN) == 1, "it is back")
    town.sandbox.clock.advance(harness.LAST_RETRY)
    town.ws.say("ana", channel, "heard again")
    town.settle()
    assert _texts(town, channel) == ["heard again"]
    (lost,) = [each for each in logs if each["event"] == LOST]
    assert lost["reason"] == "nothing came for 1.5 s"


def test_a_quiet_connection_that_answers_is_kept(watchful: Town) -> None:
    asked = _asked(watchful.sandbox)
    link = watchful.service._socket._connection  # type: ignore[union-attr]
    assert link is not None
    assert not link.ended.wait(2.5)  # longer than the silence: pings were answered
    assert _asked(watchful.sandbox) == asked


def test_slack_that_refuses_is_asked_until_it_does_not(town: Town, logs: Logs) -> None:
    channel = town.declare()
    asked = _asked(town.sandbox)
    town.sandbox.refuse_links()
    town.sandbox.cut()
    eventually(lambda: _asked(town.sandbox) >= asked + 5, "it keeps asking")
    assert not town.service._is_connected()
    town.sandbox.refuse_links(refuse=False)
    eventually(town.service._is_connected, "it is back")
    town.ws.say("ana", channel, "heard again")
    town.settle()
    assert _texts(town, channel) == ["heard again"]
    assert (_count(logs, LOST), _count(logs, AGAIN)) == (1, 1)
    assert _count(logs, "cannot connect to Slack, retrying") == 1


def test_slack_that_limits_is_asked_when_it_says(town: Town) -> None:
    asked = _asked(town.sandbox)
    limited = {"method": "apps.connections.open", "times": 2, "retry_after": 1}
    town.sandbox.faults.on("ratelimited", **limited)
    town.sandbox.cut()
    eventually(lambda: _asked(town.sandbox) == asked + 3, "it asks a third time")
    eventually(town.service._is_connected, "it is back")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_connection_that_slack_renews_loses_nothing(town: Town, logs: Logs, reason: str) -> None:
    channel = town.declare()
    for number in range(60):
        if number == 30:
            town.sandbox.disconnect(reason)
            town.sandbox.wait_connected()
        town.ws.say("ana", channel, f"{number}")
    town.settle()
    assert len(_texts(town, channel)) == 60
    messages = town.sandbox.record.events("message")
    first_tries = {each.body["event"]["ts"] for each in messages if each.attempt == 0}
    assert {each.body["event"]["ts"] for each in messages if each.acknowledged} == first_tries
    assert {"event": "Slack renews the connection", "reason": reason} in [
        {name: each.get(name) for name in ("event", "reason")} for each in logs
    ]
    assert _count(logs, LOST) == 0


def test_socket_mode_that_is_switched_off_is_said(town: Town, logs: Logs) -> None:
    town.sandbox.refuse_links()
    town.sandbox.disconnect("link_disabled")
    eventually(lambda: _count(logs, "cannot connect to Slack, retrying") == 1, "it tried")
    assert any("switched off for this app" in each["event"] for each in logs)
    town.sandbox.refuse_links(refuse=False)
    eventually(lambda: _count(logs, AGAIN) == 1, "it is back")


def test_each_return_is_told_until_it_is_heard(town: Town) -> None:
    told: list[int] = []

    def on_return() -> None:
        told.append(1)
        if len(told) == 1:
            raise RuntimeError("the database was not back yet")

    socket = _socket(town, on_return)
    socket.connect()
    try:
        town.sandbox.wait_connected(2)
        assert told == []  # the first connection is no return
        town.sandbox.cut()
        eventually(lambda: len(told) == 2, "it was told again")
        eventually(socket.is_connected, "it is back")
    finally:
        socket.close()


def _socket(town: Town, on_return: Callable[[], None]) -> SocketModeClient:
    opener = WebClient(town.sandbox.app_token, base_url=town.sandbox.api_url)
    intake = Intake(_app(town.service), OnceLogger())
    return SocketModeClient(intake, opener, pace=QUICK, on_return=on_return)


def _app(service: Service) -> Any:
    return service._intake.app


NONSENSE = [
    "", "not json", "[]", "5", "null", '"hello"', "{", "[" * 100_000, "{}", '{"type": 5}',
    '{"type": "dance"}', '{"type": ["hello"]}', '{"envelope_id": 7, "type": "events_api"}',
    '{"envelope_id": null, "payload": {}}', '{"type": "events_api", "payload": {}}', "1" * 5_000,
    "\u0000", '"\\ud800"',
]  # fmt: skip
HALF: list[dict[str, Any]] = [{"type": "events_api"}, {"payload": []}, {"payload": None}, {"payload": "x"},
        {"type": None, "payload": {"type": "event_callback"}}]  # fmt: skip


def test_nonsense_is_said_once_and_the_connection_goes_on(town: Town, logs: Logs) -> None:
    channel = town.declare()
    asked = _asked(town.sandbox)
    for _ in range(2):
        for frame in NONSENSE:
            town.sandbox.send_raw(frame)
        for link in town.sandbox._socket_mode.links:
            town.sandbox._on_loop(link.send_bytes(b"\xff\xfe\x00binary"))
        for number, half in enumerate(HALF):
            town.sandbox.send_raw(json.dumps({"envelope_id": f"half-{number}", **half}))
    town.ws.say("ana", channel, "after the nonsense")
    town.settle()
    assert _texts(town, channel) == ["after the nonsense"]
    assert _asked(town.sandbox) == asked
    said = [tuple(sorted(each.items())) for each in logs if each.get("note") == "said once"]
    assert len(said) == len(set(said)) > 1
    assert not [each for each in logs if each["log_level"] == "error"]
