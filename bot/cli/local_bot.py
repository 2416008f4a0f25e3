"""The bot in a local Slack workspace, for the demo and the sandbox."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.errors import BotError
from handlers.service import Service, ServiceSettings
from sandbox.server import Sandbox
from storage.engine import schema
from storage.engine.store import Store

SETTLE_TIMEOUT = 60.0  # seconds until waiting for a step fails
MAX_PORT = 65535
POLL_SECONDS = 0.5  # seconds between scheduled runs; short, because the clock may jump here
POLICY = Policy.model_validate(
    {
        "channels": {"announce": "incidents", "digest": "sre-weekly"},
        # Slack's limit of one message per second protects people; here, it would only cause delays.
        "posting_interval": 0.01,
    }
)


class NeverSettled(BotError):
    """The bot was still busy after {seconds} seconds. That's a bug: please report it with the output
    above."""


class PortUnavailable(BotError):
    """Port {port} can't be used ({reason}). Choose another with --port; 0 picks any free port."""


@dataclass(frozen=True)
class LocalBot:
    """A local workspace and the bot in it."""

    sandbox: Sandbox
    service: Service

    def settle(self) -> None:
        """Wait until all events are handled and everything due is sent. Raises NeverSettled."""
        until = time.monotonic() + SETTLE_TIMEOUT
        self.sandbox.settle(SETTLE_TIMEOUT)
        while not self.service.is_quiet():
            if time.monotonic() > until:
                raise NeverSettled(seconds=int(SETTLE_TIMEOUT))
            time.sleep(0.01)
        self.sandbox.settle(SETTLE_TIMEOUT)


@contextmanager
def start_local_bot(sandbox: Sandbox, database: str) -> Iterator[LocalBot]:
    """Start both, connected through the real Web API and Socket Mode, and stop both at the end."""
    store = Store(database)
    schema.upgrade(store)
    _open_port(sandbox)
    try:
        service = _serve(sandbox, store)
        try:
            yield LocalBot(sandbox, service)
        finally:
            service.stop()
    finally:
        sandbox.stop()


def _open_port(sandbox: Sandbox) -> None:
    if not 0 <= sandbox.port <= MAX_PORT:
        raise PortUnavailable(
            port=sandbox.port, reason=f"the port must be a number from 0 to {MAX_PORT}"
        )
    try:
        sandbox.start()
    except OSError as error:
        raise PortUnavailable(port=sandbox.port, reason=error.strerror) from error


def _serve(sandbox: Sandbox, store: Store) -> Service:
    service_settings = ServiceSettings(
        bot_token=sandbox.bot_token,
        app_token=sandbox.app_token,
        api_url=sandbox.api_url,
        port=0,
        tick_seconds=POLL_SECONDS,
    )
    service = Service(Bot(store=store, policy=POLICY, now=sandbox.clock.now), service_settings)
    service.start()
    return service
