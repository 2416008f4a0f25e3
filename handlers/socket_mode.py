"""The Socket Mode connection, kept by websocket-client.

The SDK's built-in client breaks under a burst of envelopes; this one took every one it was sent.
"""

import logging
import socket
from contextlib import suppress
from threading import Event
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.interval_runner import IntervalRunner

from bot.domain.errors import BotError

_QUIET = logging.getLogger("debrief.hanging_up")
_QUIET.disabled = True
# websocket-client reports each lost connection too, beside the client that makes up for it.
logging.getLogger("websocket").disabled = True
HANGING_UP = 2.0  # seconds
PATIENCE = 30.0  # seconds for the first greeting


class AppTokenRefused(BotError):
    """Slack does not accept SLACK_APP_TOKEN for Socket Mode ({reason}). Make one with the scope
    connections:write at api.slack.com/apps, your app, Basic Information, App-Level Tokens."""


class NoGreeting(BotError):
    """Slack opened a Socket Mode address but nothing came over it. Check that a proxy or firewall
    lets WebSockets through, then start again."""


class Socket:
    """One connection that renews itself until it is closed."""

    def __init__(self, app: App, app_token: str, opener: WebClient) -> None:
        """`opener` asks Slack for the addresses to connect to."""
        self._handler = SocketModeHandler(app, app_token, web_client=opener)
        self._greeted = Event()
        self._handler.client.message_listeners.append(self._on_message)

    def connect(self) -> None:
        """Connect and wait for Slack's greeting: what is sent from then on reaches us."""
        client = self._handler.client
        # The client's watchdog would take the time until the first greeting for a dead connection
        # and open another one, so it begins only then.
        client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = False
        client.current_session_runner.shutdown()  # type: ignore[no-untyped-call]
        told, client.logger = client.logger, _QUIET  # what fails here is raised
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            raise AppTokenRefused(reason=error.response["error"]) from error
        client.logger = told
        # Its reader looked before there was a connection, and would look again in half a second.
        client.current_session_runner = IntervalRunner(client._run_current_session, 0.5).start()  # noqa: SLF001
        if not self._greeted.wait(PATIENCE):
            raise NoGreeting
        client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = True

    def is_connected(self) -> bool:
        return self._greeted.is_set() and self._handler.client.is_connected()

    def close(self) -> None:
        client = self._handler.client
        client.closed = True
        client.message_queue.put(None)  # wakes its reader, which would sleep on for a second
        _hang_up(client)
        self._handler.close()  # type: ignore[no-untyped-call]

    def _on_message(self, _client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._greeted.set()


def _hang_up(client: Any) -> None:
    """Break the connection and wait until its reader has noticed.

    Closing a socket under a reader that sleeps on it leaves the reader asleep for ten seconds.
    """
    client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = False
    client.logger = _QUIET  # what breaks from here on, we break
    session = client.current_session
    connection = session.sock.sock if session is not None and session.sock is not None else None
    if connection is None:
        return
    noticed = Event()
    client.on_close_listeners.append(lambda _session: noticed.set())
    with suppress(OSError):  # broken already
        connection.shutdown(socket.SHUT_RDWR)
    noticed.wait(HANGING_UP)
