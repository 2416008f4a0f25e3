"""The running bot: starts and stops the handlers, worker, scheduler and web server together."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from time import monotonic

import structlog

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.timeline import reconciliation
from handlers import app, errors, scheduler
from handlers.errors import RATE_LIMIT_ERRORS
from handlers.outbox import unknown_outcomes
from handlers.outbox.message_sender import MessageSender
from handlers.outbox.worker import Worker
from handlers.slack import scopes
from handlers.slack.slack_clock import SlackClock
from handlers.slack.threads import run_in_background, run_within
from handlers.transport import connection, http_app
from handlers.transport.bolt_dispatcher import BoltDispatcher
from handlers.transport.http_app import Health
from handlers.transport.http_server import Listener
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
    """How to reach Slack: Socket Mode if there's an app-level token, signed HTTP otherwise.

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

    def __init__(self, bot: Bot, settings: ServiceSettings) -> None:
        """Take the port; nothing listens yet and Slack isn't asked for anything."""
        self.settings = settings
        self.clock = SlackClock(bot.now, settings.machine_clock)
        self.bot = bot = replace(bot, now=self.clock.now)
        self._wake = Event()
        errors.log_database_trouble(bot.store)
        bot.store.on_recovery.append(self._on_recovery)
        self._client = connection.client(settings.bot_token, settings.api_url, self.clock)
        self._startup = Startup(settings.pace)
        self._is_built = False
        self._socket: SocketModeClient | None = None
        secret = None if settings.app_token else settings.signing_secret
        self._http = SignedHttp(None, secret, self.bot.now) if secret else None
        health = Health(bot, self._is_connected, self._startup, self.clock)
        self._web = Listener(http_app.build_app(self._http, health), settings.host, settings.port)

    @property
    def port(self) -> int:
        return self._web.port

    def start(self) -> None:
        """Wait until Slack responds, then listen. Raises an error only if Slack refuses a token.

        Meanwhile the health pages respond, and Slack's requests get a 503, so that they're repeated.
        """
        self._web.start()
        try:
            self._connect()
        except StartCancelled:
            raise
        except BotError:
            self._close_early()
            raise
        self._worker.start()
        self._scheduler.start()
        self._startup.finish()
        self.clock.warn()
        scopes.warn(self.identity.scopes, self.bot.policy)
        self.fetch_missed()
        log.info("started", workspace=self.identity.url, bot=self.identity.name)

    def _connect(self) -> None:
        identify = partial(connection.identify, self._client)
        self.identity = self._startup.wait_for(identify, "auth.test")
        connection.remember(self.bot, self.identity)
        self._build()
        if self._socket is not None:
            self._socket.connect(self._startup)
        elif self._http is not None:
            self._http.dispatcher = self._dispatcher

    def _build(self) -> None:
        """Build the parts that need to know who we are."""
        self._dispatcher = self._build_dispatcher()
        self._socket = self._build_socket()
        sender = MessageSender(
            self.bot,
            self._client,
            self.identity,
            on_missed=self._socket.renew if self._socket else app.do_nothing,
            repeat_after=self.settings.repeat_after,
        )
        self._worker = Worker(sender, self._wake)
        self._scheduler = scheduler.build_scheduler(
            self.bot, self._wake, seconds=self.settings.tick_seconds
        )
        scheduler.run_hourly(self._scheduler, partial(self.clock.check, self._client))
        self._is_built = True

    def _close_early(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._web.stop()

    def fetch_missed(self) -> None:
        """Schedule a history sync of every channel, in case events were missed."""
        errors.run_guarded(self._enqueue_syncs, "requesting missed messages")
        self._wake.set()

    def _on_recovery(self) -> None:
        # On a background thread: Slack may be waiting for the transaction that noticed the
        # recovery.
        run_in_background(self.fetch_missed, "fetching missed messages")

    def _enqueue_syncs(self) -> None:
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
        deadline = monotonic() + STOP_SECONDS
        self._startup.cancel()
        self.bot.store.on_recovery.remove(self._on_recovery)
        if self._is_built:
            self._worker.stop_claiming()
        if self._socket is not None:
            self._socket.close()
        self._web.stop()
        if self._is_built:
            run_within(deadline - monotonic() - 1, self._stop_scheduler, "stopping the scheduler")
            self._worker.stop(deadline - monotonic())
        run_within(1, self.bot.store.close, "closing the database")
        log.info("stopped")

    def _stop_scheduler(self) -> None:
        """Wait for scheduled runs in progress.

        Paused first: runs due during shutdown would be refused.
        """
        self._scheduler.pause()
        self._scheduler.shutdown()

    def _build_dispatcher(self) -> BoltDispatcher:
        return app.build_dispatcher(
            self.bot, self._client, self.identity, wake=self._wake, on_missed=self.fetch_missed
        )

    def _build_socket(self) -> SocketModeClient | None:
        if self.settings.app_token is None:
            return None
        opener = connection.client(self.settings.app_token, self.settings.api_url, self.clock)
        return SocketModeClient(
            self._dispatcher, opener, pace=self.settings.pace, on_return=self.fetch_missed
        )

    def _is_connected(self) -> bool:
        if self._startup.waiting_for:
            return False
        return self._socket is None or self._socket.is_connected()
