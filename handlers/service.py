"""The running bot: its doors, its sender, its clock and its web pages, started and stopped as one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from time import monotonic

import structlog
from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.timeline import reconciliation
from handlers import app as doors
from handlers import errors
from handlers.errors import LIMITED
from handlers.outbox import late_calls
from handlers.outbox.message_sender import MessageSender
from handlers.outbox.worker import Worker
from handlers.scheduling import scheduler
from handlers.slack import scopes
from handlers.slack.slack_clock import SlackClock
from handlers.slack.threads import begin, within
from handlers.transport import connection, http_app
from handlers.transport.http_app import Health
from handlers.transport.http_server import Listener
from handlers.transport.intake import Intake
from handlers.transport.reconnect_backoff import Pace
from handlers.transport.signed_http import SignedHttp
from handlers.transport.socket_mode import Socket
from handlers.transport.startup import StartCancelled, Startup
from storage import outbox
from storage.engine.store import DatabaseError

log = structlog.get_logger()

STOPPING = 6.0  # seconds; systemd and Kubernetes allow more, Docker ten


@dataclass(frozen=True, kw_only=True)
class Way:
    """How to reach Slack: with an app token by Socket Mode, else by signed HTTP.

    `machine_clock` is what a warning of a wrong clock is about; the bot's own unless given.
    """

    bot_token: str
    api_url: str
    app_token: str | None = None
    signing_secret: str | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    tick_seconds: float = scheduler.SECONDS
    pace: Pace = field(default_factory=Pace)
    machine_clock: Callable[[], datetime] | None = None
    repeat_after: timedelta = late_calls.LATEST


class Service:
    """One process of the bot. `start` returns when it listens, `stop` when all is put away."""

    def __init__(self, bot: Bot, way: Way) -> None:
        """Take the port; nothing listens yet and Slack isn't asked for anything."""
        self.way = way
        self.clock = SlackClock(bot.now, way.machine_clock)
        self.bot = bot = replace(bot, now=self.clock.now)
        self._wake = Event()
        errors.watch(bot.store)
        bot.store.on_recovery.append(self._on_recovery)
        self._client = connection.client(way.bot_token, way.api_url, self.clock)
        self._startup = Startup(way.pace)
        self._is_built = False
        self._socket: Socket | None = None
        secret = None if way.app_token else way.signing_secret
        self._http = SignedHttp(None, secret, self.bot.now) if secret else None
        health = Health(bot, self._is_connected, self._startup, self.clock)
        self._web = Listener(http_app.routes(self._http, health), way.host, way.port)

    @property
    def port(self) -> int:
        return self._web.port

    def start(self) -> None:
        """Wait until Slack responds, then listen. Raises an error only if Slack refuses a token.

        Meanwhile the health pages respond, and Slack's requests get a 503, so that they're repeated.
        """
        self._web.start()
        try:
            self._meet_slack()
        except StartCancelled:
            raise
        except BotError:
            self._put_away_early()
            raise
        self._worker.start()
        self._scheduler.start()
        self._startup.finish()
        self.clock.warn()
        scopes.warn(self.identity.scopes, self.bot.policy)
        self.fetch_missed()
        log.info("started", workspace=self.identity.url, bot=self.identity.name)

    def _meet_slack(self) -> None:
        ask = partial(connection.identify, self._client)
        self.identity = self._startup.wait_for(ask, "auth.test")
        connection.remember(self.bot, self.identity)
        self._build()
        if self._socket is not None:
            self._socket.connect(self._startup)
        elif self._http is not None:
            self._http.intake = self._intake

    def _build(self) -> None:
        """Put the parts together that need to know who we are."""
        self._intake = self._doors(self._client)
        self._socket = self._socket_mode()
        sender = MessageSender(
            self.bot,
            self._client,
            self.identity,
            on_missed=self._socket.renew if self._socket else doors.nothing,
            repeat_after=self.way.repeat_after,
        )
        self._worker = Worker(sender, self._wake)
        self._scheduler = scheduler.schedule(self.bot, self._wake, seconds=self.way.tick_seconds)
        scheduler.each_hour(self._scheduler, partial(self.clock.check, self._client))
        self._is_built = True

    def _put_away_early(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._web.stop()

    def fetch_missed(self) -> None:
        """Something may have been said that we were not told: have every channel compared."""
        errors.guarded(self._ask, "asking for what was missed")
        self._wake.set()

    def _on_recovery(self) -> None:
        # Beside: Slack may be waiting for whose transaction it was.
        begin(self.fetch_missed, "fetching what was missed")

    def _ask(self) -> None:
        at = self.bot.now()
        with self.bot.store.begin() as session:
            reconciliation.ask(session, at)
            outbox.hurry(session, at, besides=LIMITED)

    def is_quiet(self) -> bool:
        """Do what is due now, and say whether nothing is left to be said."""
        if self._has_jobs():
            return False
        scheduler.turn(self.bot, self._wake)
        return not self._has_jobs()

    def is_busy(self) -> bool:
        """Whether a job is being done now."""
        return self._worker.is_busy()

    def _has_jobs(self) -> bool:
        """Whether something is left to be said, or nobody can know for now."""
        if self._worker.is_busy():
            return True
        try:
            with self.bot.store.begin() as session:
                return outbox.unfinished(session) > 0
        except DatabaseError:  # asked too much at once, or gone: the caller asks again
            return True

    def stop(self) -> None:
        """Put everything away within `STOPPING` seconds: first the doors, last the store.

        What does not end in time ends with the process; all that was acknowledged is committed.
        """
        until = monotonic() + STOPPING
        self._startup.cancel()
        self.bot.store.on_recovery.remove(self._on_recovery)
        if self._is_built:
            self._worker.take_no_more()
        if self._socket is not None:
            self._socket.close()
        self._web.stop()
        if self._is_built:
            within(until - monotonic() - 1, self._stop_clock, "stopping the clock")
            self._worker.stop(until - monotonic())
        within(1, self.bot.store.close, "closing the database")
        log.info("stopped")

    def _stop_clock(self) -> None:
        """Let the ticks that turn come to their end; paused first, or those that fall due would be refused."""
        self._scheduler.pause()
        self._scheduler.shutdown()

    def _doors(self, client: WebClient) -> Intake:
        return doors.build(
            self.bot, client, self.identity, wake=self._wake, on_missed=self.fetch_missed
        )

    def _socket_mode(self) -> Socket | None:
        if self.way.app_token is None:
            return None
        opener = connection.client(self.way.app_token, self.way.api_url, self.clock)
        return Socket(self._intake, opener, pace=self.way.pace, on_return=self.fetch_missed)

    def _is_connected(self) -> bool:
        if self._startup.waiting_for:
            return False
        return self._socket is None or self._socket.is_connected()
