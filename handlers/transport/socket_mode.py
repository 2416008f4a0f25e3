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
STABLE_SECONDS = 0.5  # seconds a link must have lasted for the next to be opened at once
CALLBACK_RETRY_SECONDS = 5.0  # seconds between attempts of a callback that failed
RANK_INTERACTIVE, RANK_EVENT, RANK_STOP = range(
    3
)  # people are waiting for a response, so they go first
SOCKET_MODE_DISABLED = "link_disabled"


class AppTokenRefused(BotError):
    """Slack does not accept SLACK_APP_TOKEN for Socket Mode ({reason}). Make one with the scope
    connections:write at api.slack.com/apps → your app → Basic Information → App-Level Tokens."""


@dataclass(order=True)
class _QueuedEnvelope:
    """An envelope waiting for a worker. Without a link, it tells the worker to exit."""

    rank: int
    number: int = field(default_factory=count().__next__)
    link: WebSocketConnection | None = field(default=None, compare=False)
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
        """`opener` is a client with the app token; it requests the addresses to connect to.

        `on_return` is called after each new connection but the first, on a thread that may write to
        the database. If it raises, it's called again until it succeeds.
        """
        self._dispatcher = dispatcher
        self._opener = opener
        self._pace = pace or ReconnectSettings()
        self._on_return = on_return
        self._envelopes: PriorityQueue[_QueuedEnvelope] = PriorityQueue(MAX_QUEUED)
        self._link: WebSocketConnection | None = None
        self._links: list[WebSocketConnection] = []
        self._stirred, self._stopping = Event(), Event()
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
        self._link = startup.wait_for(self._open_first, "apps.connections.open")
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
            self._link is not None and self._link.greeted.is_set() and not self._link.ended.is_set()
        )

    def renew(self) -> None:
        """Replace a connection that seems fine but doesn't deliver everything."""
        if self._link is not None:
            self._link.leaving = "messages were missed"
            self._stirred.set()

    def close(self, patience: float = 3.0) -> None:
        """Stop reading, finish queued envelopes for at most `patience` seconds, and hang up."""
        until = monotonic() + patience
        self._stopping.set()
        self._stirred.set()
        for _ in self._workers:
            with suppress(Full):  # the workers are overloaded anyway
                self._envelopes.put_nowait(_QueuedEnvelope(RANK_STOP))
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, until - monotonic()))
        for link in list(self._links):
            link.hang_up()
        for link in list(self._links):
            link.ended.wait(1.0)

    # The keeper's thread

    def _keep(self) -> None:
        owed = False
        waits = Backoff(self._pace)
        while True:
            self._stirred.wait(CALLBACK_RETRY_SECONDS if owed else None)
            self._stirred.clear()
            if self._stopping.is_set():
                return  # we hang up ourselves: nothing is lost
            if self._link is not None and not self._link.is_good:
                owed = self._renew(self._link, waits) or owed
            if owed and not self._stopping.is_set():
                owed = isinstance(
                    errors.run_guarded(self._on_return, "after a new connection"), Exception
                )

    def _renew(self, old: WebSocketConnection, waits: Backoff) -> bool:
        """Replace a link that's lost or about to be; False if the bot stops first."""
        _log_lost(old)
        if monotonic() - old.opened_at >= STABLE_SECONDS:
            waits.begin_again()
        troubles: set[str] = set()
        while not self._stopping.wait(waits.next()):
            try:
                self._link = self._open()
            except UNAVAILABLE as error:
                waits.obey(error)
                _log_new_trouble(error, troubles)
                continue
            log.info("connected to Slack again")
            return True
        return False

    def _open(self) -> WebSocketConnection:
        answer = self._opener.apps_connections_open(app_token=self._opener.token or "")
        link = WebSocketConnection(required(answer, "url"), self._pace.silence)
        self._links.append(link)
        Thread(target=self._read, args=(link,), name="socket-reader", daemon=True).start()
        if not link.stirred.wait(HELLO_TIMEOUT) or not link.greeted.is_set():
            link.hang_up()
            raise NoGreeting
        return link

    # The reader's thread

    def _read(self, link: WebSocketConnection) -> None:
        for frame in link.frames():
            if not self._stopping.is_set():  # otherwise Slack delivers it again
                self._take(link, frame)
        self._links.remove(link)
        self._stirred.set()

    def _take(self, link: WebSocketConnection, frame: bytes) -> None:
        told = parse_object(frame)
        if told is None:
            self._dispatcher.once.warn("a frame that is no JSON object", type="socket")
        elif text(told, "type") == "hello":
            link.greet()
        elif text(told, "type") == "disconnect":
            link.leaving = text(told, "reason")[:80] or "disconnect"
            self._stirred.set()
        elif text(told, "envelope_id"):
            self._queue(link, told)
        else:
            self._dispatcher.once.warn("not an envelope", type=text(told, "type")[:80])

    def _queue(self, link: WebSocketConnection, envelope: Mapping[str, Any]) -> None:
        # The reader doesn't wait for a free place: it must keep answering pings.
        rank = RANK_EVENT if text(envelope, "type") == "events_api" else RANK_INTERACTIVE
        try:
            self._envelopes.put_nowait(_QueuedEnvelope(rank, link=link, envelope=envelope))
        except Full:
            self._dispatcher.once.warn("too many envelopes; Slack is to deliver them again")

    # The workers' threads

    def _work(self) -> None:
        while (taken := self._envelopes.get()).link is not None:
            errors.run_guarded(partial(self._answer, taken.link, taken.envelope), "an envelope")

    def _answer(self, link: WebSocketConnection, envelope: Mapping[str, Any]) -> None:
        told = self._dispatcher.dispatch(part(envelope, "payload"), {})
        if told.status != OK:
            return  # not acknowledged, so Slack delivers it again
        said = json.dumps({"envelope_id": envelope["envelope_id"], **_payload(told)})
        if not link.send(said) and self._link is not None:
            self._link.send(said)  # Slack accepts it over any link; otherwise it delivers again


def _payload(told: BoltResponse) -> dict[str, Any]:
    if not told.body:
        return {}
    is_json = told.first_headers().get("content-type", "").startswith("application/json")
    return {"payload": json.loads(told.body) if is_json else {"text": told.body}}


def _log_lost(link: WebSocketConnection) -> None:
    if link.leaving == SOCKET_MODE_DISABLED:
        log.error(
            "Socket Mode is switched off for this app: switch it on at api.slack.com/apps, your "
            "app, Socket Mode, or start the bot with SLACK_SIGNING_SECRET and no SLACK_APP_TOKEN"
        )
    elif link.leaving:
        log.info("Slack renews the connection", reason=link.leaving)
    else:
        log.warning("connection to Slack lost", reason=link.lost)


def _log_new_trouble(error: Exception, said: set[str]) -> None:
    """Log each reason once while the trouble lasts; it may be something the operator can fix."""
    why = reason(error)
    if why not in said:
        said.add(why)
        log.warning("cannot connect to Slack, retrying", reason=why)
