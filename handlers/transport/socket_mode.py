"""Socket Mode: keep a connection to Slack open, and pass what it delivers to the handlers.

This is our own loop over websocket-client. Of the SDK's clients, one breaks in a burst of messages.
The other reconnects on the reader's thread, may open a second connection beside the first, and
takes a silent connection for a live one. https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from queue import Full, PriorityQueue
from threading import Event, Thread
from time import monotonic
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError
from bot.slack_text.json_values import part, text
from handlers import errors
from handlers.transport.bolt_dispatcher import OK, BoltDispatcher
from handlers.transport.reconnect_backoff import Backoff, ReconnectSettings
from handlers.transport.signed_http import parse_object
from handlers.transport.startup import (
    UNAVAILABLE,
    NoGreeting,
    Startup,
    is_token_error,
    reason,
    required,
)
from handlers.transport.websocket import WebSocketConnection

log = structlog.get_logger()
# websocket-client logs each lost connection too; we log and recover from it ourselves.
logging.getLogger("websocket").disabled = True

HELLO_TIMEOUT = 30.0  # seconds to wait for Slack's hello
WORKER_COUNT = 10
MAX_QUEUED = 10_000  # queued envelopes; Slack redelivers any more than that
STABLE_SECONDS = 0.5  # seconds a connection must have lasted for the next to be opened at once
CALLBACK_RETRY_SECONDS = 5.0  # seconds between attempts of a callback that failed
# Lowest first: people wait for the response to an interaction.
RANK_INTERACTIVE, RANK_EVENT, RANK_STOP = range(3)
SOCKET_MODE_DISABLED = "link_disabled"


class AppTokenRefused(BotError):
    """Slack doesn't accept SLACK_APP_TOKEN for Socket Mode ({reason}). Create one with the scope
    connections:write at api.slack.com/apps → your app → Basic Information → App-Level Tokens."""


@dataclass(order=True)
class _QueuedEnvelope:
    """An envelope waiting for a worker. Without a connection, it tells the worker to exit."""

    rank: int
    number: int = field(default_factory=count().__next__)
    connection: WebSocketConnection | None = field(default=None, compare=False)
    envelope: Mapping[str, Any] = field(default_factory=dict, compare=False)


class SocketModeClient:
    """A connection to Slack that's renewed until it's closed."""

    def __init__(
        self,
        dispatcher: BoltDispatcher,
        opener: WebClient,
        *,
        pace: ReconnectSettings | None = None,
        on_return: Callable[[], object] = lambda: None,
    ) -> None:
        """`opener` is a client with the app-level token; it requests the addresses to connect to.

        `on_return` is called after each new connection but the first, on a thread that may write to
        the database. If it raises, it's called again until it succeeds.
        """
        self._dispatcher = dispatcher
        self._opener = opener
        self._pace = pace or ReconnectSettings()
        self._on_return = on_return
        self._envelopes: PriorityQueue[_QueuedEnvelope] = PriorityQueue(MAX_QUEUED)
        self._connection: WebSocketConnection | None = None
        self._connections: list[WebSocketConnection] = []
        self._keeper_wake, self._stopping = Event(), Event()
        self._workers = [
            Thread(target=self._work, name=f"socket-{number}", daemon=True)
            for number in range(WORKER_COUNT)
        ]

    def connect(self, startup: Startup | None = None) -> None:
        """Connect and wait for Slack's hello: whatever is sent from then on reaches us.

        Raises AppTokenRefused, NoGreeting.
        """
        for worker in self._workers:
            worker.start()
        startup = startup or Startup(self._pace)
        self._connection = startup.wait_for(self._open_first, "apps.connections.open")
        Thread(target=self._keep, name="socket-keeper", daemon=True).start()

    def _open_first(self) -> WebSocketConnection:
        try:
            return self._open()
        except SlackApiError as error:
            if is_token_error(error):
                raise AppTokenRefused(reason=errors.describe_slack_error(error)) from error
            raise

    def is_connected(self) -> bool:
        return (
            self._connection is not None
            and self._connection.greeted.is_set()
            and not self._connection.ended.is_set()
        )

    def renew(self) -> None:
        """Replace a connection that seems fine but doesn't deliver everything."""
        if self._connection is not None:
            self._connection.reconnect_reason = "messages were missed"
            self._keeper_wake.set()

    def close(self, patience: float = 3.0) -> None:
        """Stop reading, finish queued envelopes for at most `patience` seconds, and hang up."""
        until = monotonic() + patience
        self._stopping.set()
        self._keeper_wake.set()
        for _ in self._workers:
            with suppress(Full):  # the workers are overloaded anyway
                self._envelopes.put_nowait(_QueuedEnvelope(RANK_STOP))
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, until - monotonic()))
        for connection in list(self._connections):
            connection.disconnect()
        for connection in list(self._connections):
            connection.ended.wait(1.0)

    # The keeper's thread

    def _keep(self) -> None:
        is_callback_due = False
        backoff = Backoff(self._pace)
        while True:
            self._keeper_wake.wait(CALLBACK_RETRY_SECONDS if is_callback_due else None)
            self._keeper_wake.clear()
            if self._stopping.is_set():
                return  # we hang up ourselves: nothing is lost
            if self._connection is not None and not self._connection.is_good:
                is_callback_due = self._renew(self._connection, backoff) or is_callback_due
            if is_callback_due and not self._stopping.is_set():
                is_callback_due = isinstance(
                    errors.run_guarded(self._on_return, "catching up after a reconnection"),
                    Exception,
                )

    def _renew(self, old: WebSocketConnection, backoff: Backoff) -> bool:
        """Replace a connection that's lost or about to be; False if the bot stops first."""
        _log_lost(old)
        if monotonic() - old.opened_at >= STABLE_SECONDS:
            backoff.reset()
        troubles: set[str] = set()
        while not self._stopping.wait(backoff.next()):
            try:
                self._connection = self._open()
            except UNAVAILABLE as error:
                backoff.apply_retry_after(error)
                _log_new_trouble(error, troubles)
                continue
            log.info("reconnected to Slack")
            return True
        return False

    def _open(self) -> WebSocketConnection:
        answer = self._opener.apps_connections_open(app_token=self._opener.token or "")
        connection = WebSocketConnection(required(answer, "url"), self._pace.silence)
        self._connections.append(connection)
        Thread(target=self._read, args=(connection,), name="socket-reader", daemon=True).start()
        if not connection.greeted_or_ended.wait(HELLO_TIMEOUT) or not connection.greeted.is_set():
            connection.disconnect()
            raise NoGreeting
        return connection

    # The reader's thread

    def _read(self, connection: WebSocketConnection) -> None:
        for frame in connection.frames():
            if not self._stopping.is_set():  # otherwise Slack delivers it again
                self._take(connection, frame)
        self._connections.remove(connection)
        self._keeper_wake.set()

    def _take(self, connection: WebSocketConnection, frame: bytes) -> None:
        message = parse_object(frame)
        if message is None:
            self._dispatcher.once.warn("ignored a frame that isn't a JSON object", type="socket")
        elif text(message, "type") == "hello":
            connection.greet()
        elif text(message, "type") == "disconnect":
            connection.reconnect_reason = text(message, "reason")[:80] or "disconnect"
            self._keeper_wake.set()
        elif text(message, "envelope_id"):
            self._queue(connection, message)
        else:
            self._dispatcher.once.warn(
                "ignored a message that isn't an envelope", type=text(message, "type")[:80]
            )

    def _queue(self, connection: WebSocketConnection, envelope: Mapping[str, Any]) -> None:
        # The reader doesn't wait for a free place: it must keep answering pings.
        rank = RANK_EVENT if text(envelope, "type") == "events_api" else RANK_INTERACTIVE
        try:
            self._envelopes.put_nowait(
                _QueuedEnvelope(rank, connection=connection, envelope=envelope)
            )
        except Full:
            self._dispatcher.once.warn("too many envelopes: Slack will deliver them again")

    # The workers' threads

    def _work(self) -> None:
        while (queued := self._envelopes.get()).connection is not None:
            errors.run_guarded(
                partial(self._answer, queued.connection, queued.envelope), "an envelope"
            )

    def _answer(self, connection: WebSocketConnection, envelope: Mapping[str, Any]) -> None:
        response = self._dispatcher.dispatch(part(envelope, "payload"), {})
        if response.status != OK:
            return  # not acknowledged, so Slack delivers it again
        acknowledgement = json.dumps({"envelope_id": envelope["envelope_id"], **_payload(response)})
        if not connection.send(acknowledgement) and self._connection is not None:
            self._connection.send(
                acknowledgement
            )  # Slack accepts it over any connection; otherwise it delivers again


def _payload(response: BoltResponse) -> dict[str, Any]:
    if not response.body:
        return {}
    is_json = response.first_headers().get("content-type", "").startswith("application/json")
    return {"payload": json.loads(response.body) if is_json else {"text": response.body}}


def _log_lost(connection: WebSocketConnection) -> None:
    if connection.reconnect_reason == SOCKET_MODE_DISABLED:
        log.error(
            "Socket Mode is turned off for this app: turn it on at api.slack.com/apps → your "
            "app → Socket Mode, or start the bot with SLACK_SIGNING_SECRET and no SLACK_APP_TOKEN"
        )
    elif connection.reconnect_reason:
        log.info("Slack is refreshing the connection", reason=connection.reconnect_reason)
    else:
        log.warning("connection to Slack lost", reason=connection.lost)


def _log_new_trouble(error: Exception, logged: set[str]) -> None:
    """Log each reason once while the trouble lasts; it may be something the operator can fix."""
    cause = reason(error)
    if cause not in logged:
        logged.add(cause)
        log.warning("cannot connect to Slack, retrying", reason=cause)
