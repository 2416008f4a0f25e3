"""The running bot: starts and stops the handlers, worker, scheduler and web server together."""

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
from handlers import errors, scheduler
from handlers.errors import RATE_LIMIT_ERRORS
from handlers.outbox import unknown_outcomes
from handlers.outbox.message_sender import MessageSender
from handlers.outbox.worker import Worker
from handlers.slack import scopes
from handlers.slack.slack_clock import SlackClock
from handlers.slack.threads import run_in_background, run_within
from handlers.transport import connection, http_app
from handlers.transport.http_app import Health
from handlers.transport.http_server import Listener
from handlers.transport.intake import Intake
from handlers.transport.reconnect_backoff import ReconnectSettings
from handlers.transport.signed_http import SignedHttp
from handlers.transport.socket_mode import SocketModeClient
from handlers.transport.startup import StartCancelled, Startup
from storage import outbox
from storage.engine.store import DatabaseError

log = structlog.get_logger()

STOP_SECONDS = 6.0  # seconds; systemd and Kubernetes allow more, Docker ten


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """How to reach Slack: Socket Mode if there's an app token, signed HTTP otherwise.

    `machine_clock` is the clock that clock warnings are about; the bot's own clock by default.
    """

    bot_token: str
    api_url: str
    app_token: str | None = None
    signing_secret: str | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    tick_seconds: float = scheduler.INTERVAL_SECONDS
    pace: ReconnectSettings = field(default_factory=ReconnectSettings)
    machine_clock: Callable[[], datetime] | None = None
    repeat_after: timedelta = unknown_outcomes.MAX_DELAY


class Service:
    """One process of the bot.

    `start` returns once it's listening, `stop` once everything is closed.
    """

    def __init__(self, bot: Bot, way: ServiceSettings) -> None:
        """Take the port; nothing listens yet and Slack isn't asked for anything."""
        self.way = way
        self.clock = SlackClock(bot.now, way.machine_clock)
        self.bot = bot = replace(bot, now=self.clock.now)
        self._wake = Event()
        errors.log_database_trouble(bot.store)
        bot.store.on_recovery.append(self._on_recovery)
        self._client = connection.client(way.bot_token, way.api_url, self.clock)
        self._startup = Startup(way.pace)
        self._is_built = False
        self._socket: SocketModeClient | None = None
        secret = None if way.app_token else way.signing_secret
        self._http = SignedHttp(None, secret, self.bot.now) if secret else None
        health = Health(bot, self._is_connected, self._startup, self.clock)
        self._web = Listener(http_app.build_app(self._http, health), way.host, way.port)

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
            on_missed=self._socket.renew if self._socket else doors.do_nothing,
            repeat_after=self.way.repeat_after,
        )
        self._worker = Worker(sender, self._wake)
        self._scheduler = scheduler.build_scheduler(
            self.bot, self._wake, seconds=self.way.tick_seconds
        )
        scheduler.run_hourly(self._scheduler, partial(self.clock.check, self._client))
        self._is_built = True

    def _put_away_early(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._web.stop()

    def fetch_missed(self) -> None:
        """Schedule a history sync of every channel, in case events were missed."""
        errors.run_guarded(self._ask, "asking for what was missed")
        self._wake.set()

    def _on_recovery(self) -> None:
        # On a background thread: Slack may be waiting for the transaction that noticed the
        # recovery.
        run_in_background(self.fetch_missed, "fetching what was missed")

    def _ask(self) -> None:
        at = self.bot.now()
        with self.bot.store.begin() as session:
            reconciliation.enqueue_comparisons(session, at)
            outbox.retry_now(session, at, except_troubles=RATE_LIMIT_ERRORS)

    def is_quiet(self) -> bool:
        """Run what's due now, and return whether no job is left in the outbox."""
        if self._has_jobs():
            return False
        scheduler.run_all(self.bot, self._wake)
        return not self._has_jobs()

    def is_busy(self) -> bool:
        """Whether a job is being done now."""
        return self._worker.is_busy()

    def _has_jobs(self) -> bool:
        """Return whether jobs are left in the outbox.

        True also if the database can't tell for now.
        """
        if self._worker.is_busy():
            return True
        try:
            with self.bot.store.begin() as session:
                return outbox.unfinished(session) > 0
        except DatabaseError:  # overloaded or unavailable: the caller tries again
            return True

    def stop(self) -> None:
        """Close everything within `STOP_SECONDS` seconds: the Slack connection first, the store last.

        Whatever doesn't finish in time ends with the process. Everything that was acknowledged is
        committed.
        """
        until = monotonic() + STOP_SECONDS
        self._startup.cancel()
        self.bot.store.on_recovery.remove(self._on_recovery)
        if self._is_built:
            self._worker.stop_claiming()
        if self._socket is not None:
            self._socket.close()
        self._web.stop()
        if self._is_built:
            run_within(until - monotonic() - 1, self._stop_clock, "stopping the clock")
            self._worker.stop(until - monotonic())
        run_within(1, self.bot.store.close, "closing the database")
        log.info("stopped")

    def _stop_clock(self) -> None:
        """Wait for scheduled runs in progress.

        Paused first: runs due during shutdown would be refused.
        """
        self._scheduler.pause()
        self._scheduler.shutdown()

    def _doors(self, client: WebClient) -> Intake:
        return doors.build_intake(
            self.bot, client, self.identity, wake=self._wake, on_missed=self.fetch_missed
        )

    def _socket_mode(self) -> SocketModeClient | None:
        if self.way.app_token is None:
            return None
        opener = connection.client(self.way.app_token, self.way.api_url, self.clock)
        return SocketModeClient(
            self._intake, opener, pace=self.way.pace, on_return=self.fetch_missed
        )

    def _is_connected(self) -> bool:
        if self._startup.waiting_for:
            return False
        return self._socket is None or self._socket.is_connected()
