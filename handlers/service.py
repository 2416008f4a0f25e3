"""The running bot: its doors, its sender, its clock and its web pages, started and stopped as one."""

from dataclasses import dataclass
from threading import Event

import structlog
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette

from bot.domain.errors import BotError
from bot.environment import Bot
from handlers import app as doors
from handlers import connection, errors, ticks, web
from handlers.listener import Listener
from handlers.outbox import Sender
from handlers.socket_mode import Socket
from handlers.voice import Voice
from handlers.web import Health
from storage import outbox

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Way:
    """How to reach Slack: with an app token by Socket Mode, else by signed HTTP."""

    bot_token: str
    api_url: str
    app_token: str | None = None
    signing_secret: str | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    tick_seconds: float = ticks.SECONDS


class Service:
    """One process of the bot. `start` returns when it listens, `stop` when all is put away."""

    def __init__(self, bot: Bot, way: Way) -> None:
        """Ask Slack who we are and put the parts together; nothing listens yet."""
        self.bot = bot
        self.way = way
        self._wake = Event()
        errors.watch(bot.store)
        self._client = connection.client(way.bot_token, way.api_url)
        self.identity = connection.identify(bot, self._client)
        self.app = self._doors(self._client)
        self._sender = Sender(Voice(bot, self._client, self.identity), self._wake)
        self._scheduler = ticks.schedule(bot, self._wake, seconds=way.tick_seconds)
        self._socket = self._socket_mode()
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
        log.info("started", workspace=self.identity.url, bot=self.identity.name)

    def _connect(self, socket: Socket) -> None:
        try:
            socket.connect()
        except BotError:
            socket.close()
            self._web.close()
            raise

    def is_quiet(self) -> bool:
        """Do what is due now, and say whether nothing is left to be said."""
        ticks.turn(self.bot, self._wake)
        with self.bot.store.begin() as session:
            return outbox.unfinished(session) == 0

    def stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._web.stop()
        self._scheduler.shutdown(wait=True)
        self._sender.stop()
        self.bot.store.close()
        log.info("stopped")

    def _doors(self, client: WebClient) -> App:
        secret = None if self.way.app_token else self.way.signing_secret
        return doors.build(self.bot, client, self.identity, secret=secret, wake=self._wake)

    def _socket_mode(self) -> Socket | None:
        if self.way.app_token is None:
            return None
        opener = connection.client(self.way.app_token, self.way.api_url)
        return Socket(self.app, self.way.app_token, opener)

    def _pages(self) -> Starlette:
        app = None if self.way.app_token else self.app
        return web.routes(app, Health(self.bot, self._is_connected))

    def _is_connected(self) -> bool:
        return self._socket is None or self._socket.is_connected()
