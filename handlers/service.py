"""The running bot: its doors, its sender, its clock and its web pages, started and stopped as one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from time import monotonic

import structlog
from slack_sdk import WebClient
from starlette.applications import Starlette

from bot import reconcile
from bot.domain.errors import BotError
from bot.environment import Bot
from handlers import app as doors
from handlers import connection, errors, late_calls, ticks, web
from handlers.backoff import Pace
from handlers.errors import LIMITED
from handlers.hands import begin, within
from handlers.intake import Intake
from handlers.listener import Listener
from handlers.outbox import Sender
from handlers.signed_http import SignedHttp
from handlers.slack_clock import SlackClock
from handlers.socket_mode import Socket
from handlers.voice import Voice
from handlers.web import Health
from storage import outbox
from storage.engine import DatabaseError

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
    tick_seconds: float = ticks.SECONDS
    pace: Pace = field(default_factory=Pace)
    machine_clock: Callable[[], datetime] | None = None
    repeat_after: timedelta = late_calls.LATEST


class Service:
    """One process of the bot. `start` returns when it listens, `stop` when all is put away."""

    def __init__(self, bot: Bot, way: Way) -> None:
        """Ask Slack who we are and put the parts together; nothing listens yet."""
        self.way = way
        self.clock = SlackClock(bot.now, way.machine_clock)
        self.bot = bot = replace(bot, now=self.clock.now)
        self._wake = Event()
        errors.watch(bot.store)
        bot.store.on_recovery.append(self._on_recovery)
        self._client = connection.client(way.bot_token, way.api_url, self.clock)
        asking = connection.patient_client(way.bot_token, way.api_url, self.clock)
        self.identity = connection.identify(bot, asking)
        self._intake = self._doors(self._client)
        self._socket = self._socket_mode()
        renew = self._socket.renew if self._socket else doors.nothing
        voice = Voice(
            bot, self._client, self.identity, on_missed=renew, repeat_after=way.repeat_after
        )
        self._sender = Sender(voice, self._wake)
        self._scheduler = ticks.schedule(bot, self._wake, seconds=way.tick_seconds)
        ticks.each_hour(self._scheduler, partial(self.clock.check, self._client))
        self._web = Listener(self._pages(), way.host, way.port)

    @property
    def port(self) -> int:
        return self._web.port

    def start(self) -> None:
        if self._socket is not None:
            self._connect(self._socket)  # first, for it may be refused
        self._web.start()
        self._sender.start()
        self._scheduler.start()
        self.clock.warn()
        self.fetch_missed()
        log.info("started", workspace=self.identity.url, bot=self.identity.name)

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
            reconcile.ask(session, at)
            outbox.hurry(session, at, besides=LIMITED)

    def _connect(self, socket: Socket) -> None:
        try:
            socket.connect()
        except BotError:
            socket.close()
            self._web.close()
            raise

    def is_quiet(self) -> bool:
        """Do what is due now, and say whether nothing is left to be said."""
        if self._has_postings():
            return False
        ticks.turn(self.bot, self._wake)
        return not self._has_postings()

    def is_busy(self) -> bool:
        """Whether a job is being done now."""
        return self._sender.is_busy()

    def _has_postings(self) -> bool:
        """Whether something is left to be said, or nobody can know for now."""
        if self._sender.is_busy():
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
        self.bot.store.on_recovery.remove(self._on_recovery)
        self._sender.take_no_more()
        if self._socket is not None:
            self._socket.close()
        self._web.stop()
        within(until - monotonic() - 1, self._stop_clock, "stopping the clock")
        self._sender.stop(until - monotonic())
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

    def _pages(self) -> Starlette:
        secret = None if self.way.app_token else self.way.signing_secret
        slack = SignedHttp(self._intake, secret, self.bot.now) if secret else None
        return web.routes(slack, Health(self.bot, self._is_connected, self.clock))

    def _is_connected(self) -> bool:
        return self._socket is None or self._socket.is_connected()
