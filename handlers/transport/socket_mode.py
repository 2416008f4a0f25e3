"""Socket Mode: a connection to Slack that is kept, and what comes over it taken to the doors.

Our own loop over websocket-client. Of the SDK's clients one breaks in a burst, and the other
reconnects on the thread that reads, may open a second connection beside it, and takes a silent one
for alive.
https://docs.slack.dev/apis/events-api/using-socket-mode/
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
from handlers import errors
from handlers.fields import part, text
from handlers.transport.intake import OK, Intake
from handlers.transport.reconnect_backoff import Pace, Waits
from handlers.transport.signed_http import an_object
from handlers.transport.startup import (
    UNAVAILABLE,
    NoGreeting,
    Startup,
    is_token_error,
    reason,
    required,
)
from handlers.transport.websocket import Link

log = structlog.get_logger()
# websocket-client reports each lost connection too, beside us, who make up for it.
logging.getLogger("websocket").disabled = True

GREETING = 30.0  # seconds for Slack's hello
WORKERS = 10
WAITING = 10_000  # envelopes that were taken and not begun; what comes then is delivered again
STEADY = 0.5  # seconds that a link lasts when it is worth to open the next at once
AGAIN = 5.0  # seconds after which a call that did not work is repeated
PEOPLE, EVENTS, LAST = range(3)  # who presses or types waits for the answer, so they go first
OFF = "link_disabled"


class AppTokenRefused(BotError):
    """Slack does not accept SLACK_APP_TOKEN for Socket Mode ({reason}). Make one with the scope
    connections:write at api.slack.com/apps → your app → Basic Information → App-Level Tokens."""


@dataclass(order=True)
class _Taken:
    """An envelope that waits for a worker; the one without a link tells a worker to end."""

    rank: int
    number: int = field(default_factory=count().__next__)
    link: Link | None = field(default=None, compare=False)
    envelope: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Socket:
    """A connection that is renewed until it is closed."""

    def __init__(
        self,
        intake: Intake,
        opener: WebClient,
        *,
        pace: Pace | None = None,
        on_return: Callable[[], object] = lambda: None,
    ) -> None:
        """`opener` has the app's token and asks Slack for the addresses to connect to.

        `on_return` is called after each new connection but the first, on a thread that may write to
        the database; when it raises, it is called again until it does not.
        """
        self._intake = intake
        self._opener = opener
        self._pace = pace or Pace()
        self._on_return = on_return
        self._envelopes: PriorityQueue[_Taken] = PriorityQueue(WAITING)
        self._link: Link | None = None
        self._links: list[Link] = []
        self._stirred, self._stopping = Event(), Event()
        self._workers = [
            Thread(target=self._work, name=f"socket-{number}", daemon=True)
            for number in range(WORKERS)
        ]

    def connect(self, startup: Startup | None = None) -> None:
        """Connect and wait for Slack's greeting: what is sent from then on reaches us."""
        for worker in self._workers:
            worker.start()
        startup = startup or Startup(self._pace)
        self._link = startup.wait_for(self._open_first, "apps.connections.open")
        Thread(target=self._keep, name="socket-keeper", daemon=True).start()

    def _open_first(self) -> Link:
        try:
            return self._open()
        except SlackApiError as error:
            if is_token_error(error):
                raise AppTokenRefused(reason=errors.refusal(error)) from error
            raise

    def is_connected(self) -> bool:
        return (
            self._link is not None and self._link.greeted.is_set() and not self._link.ended.is_set()
        )

    def renew(self) -> None:
        """Leave a connection that seems well, but over which not all comes."""
        if self._link is not None:
            self._link.leaving = "messages were missed"
            self._stirred.set()

    def close(self, patience: float = 3.0) -> None:
        """Take nothing more, answer what was taken for at most `patience` seconds, hang up."""
        until = monotonic() + patience
        self._stopping.set()
        self._stirred.set()
        for _ in self._workers:
            with suppress(Full):  # then they have more than they can do anyway
                self._envelopes.put_nowait(_Taken(LAST))
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
        waits = Waits(self._pace)
        while True:
            self._stirred.wait(AGAIN if owed else None)
            self._stirred.clear()
            if self._stopping.is_set():
                return  # we hang up ourselves: nothing is lost
            if self._link is not None and not self._link.is_good:
                owed = self._renew(self._link, waits) or owed
            if owed and not self._stopping.is_set():
                owed = isinstance(
                    errors.guarded(self._on_return, "after a new connection"), Exception
                )

    def _renew(self, old: Link, waits: Waits) -> bool:
        """Replace a link that is lost or about to be; False when we are stopped before."""
        _say_lost(old)
        if monotonic() - old.opened_at >= STEADY:
            waits.begin_again()
        troubles: set[str] = set()
        while not self._stopping.wait(waits.next()):
            try:
                self._link = self._open()
            except UNAVAILABLE as error:
                waits.obey(error)
                _say_new_trouble(error, troubles)
                continue
            log.info("connected to Slack again")
            return True
        return False

    def _open(self) -> Link:
        answer = self._opener.apps_connections_open(app_token=self._opener.token or "")
        link = Link(required(answer, "url"), self._pace.silence)
        self._links.append(link)
        Thread(target=self._read, args=(link,), name="socket-reader", daemon=True).start()
        if not link.stirred.wait(GREETING) or not link.greeted.is_set():
            link.hang_up()
            raise NoGreeting
        return link

    # The reader's thread

    def _read(self, link: Link) -> None:
        for frame in link.frames():
            if not self._stopping.is_set():  # else it is left for Slack to deliver again
                self._take(link, frame)
        self._links.remove(link)
        self._stirred.set()

    def _take(self, link: Link, frame: bytes) -> None:
        told = an_object(frame)
        if told is None:
            self._intake.once.warn("a frame that is no JSON object", type="socket")
        elif text(told, "type") == "hello":
            link.greet()
        elif text(told, "type") == "disconnect":
            link.leaving = text(told, "reason")[:80] or "disconnect"
            self._stirred.set()
        elif text(told, "envelope_id"):
            self._queue(link, told)
        else:
            self._intake.once.warn("not an envelope", type=text(told, "type")[:80])

    def _queue(self, link: Link, envelope: Mapping[str, Any]) -> None:
        # The reader does not wait for room: pings are to be answered meanwhile.
        rank = EVENTS if text(envelope, "type") == "events_api" else PEOPLE
        try:
            self._envelopes.put_nowait(_Taken(rank, link=link, envelope=envelope))
        except Full:
            self._intake.once.warn("too many envelopes; Slack is to deliver them again")

    # The workers' threads

    def _work(self) -> None:
        while (taken := self._envelopes.get()).link is not None:
            errors.guarded(partial(self._answer, taken.link, taken.envelope), "an envelope")

    def _answer(self, link: Link, envelope: Mapping[str, Any]) -> None:
        told = self._intake.take(part(envelope, "payload"), {})
        if told.status != OK:
            return  # not acknowledged, so it comes again
        said = json.dumps({"envelope_id": envelope["envelope_id"], **_payload(told)})
        if not link.send(said) and self._link is not None:
            self._link.send(said)  # Slack takes it over any link; if not, it delivers again


def _payload(told: BoltResponse) -> dict[str, Any]:
    if not told.body:
        return {}
    is_json = told.first_headers().get("content-type", "").startswith("application/json")
    return {"payload": json.loads(told.body) if is_json else {"text": told.body}}


def _say_lost(link: Link) -> None:
    if link.leaving == OFF:
        log.error(
            "Socket Mode is switched off for this app: switch it on at api.slack.com/apps, your "
            "app, Socket Mode, or start the bot with SLACK_SIGNING_SECRET and no SLACK_APP_TOKEN"
        )
    elif link.leaving:
        log.info("Slack renews the connection", reason=link.leaving)
    else:
        log.warning("connection to Slack lost", reason=link.lost)


def _say_new_trouble(error: Exception, said: set[str]) -> None:
    """Each reason once while it lasts: it may be somebody's to mend."""
    why = reason(error)
    if why not in said:
        said.add(why)
        log.warning("cannot connect to Slack, retrying", reason=why)
