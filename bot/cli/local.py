"""The bot on a Slack workspace of its own, on loopback: what the demo and the sandbox start."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.errors import BotError
from handlers.service import Service, Way
from sandbox.server import Sandbox
from storage.engine import schema
from storage.engine.store import Store

PATIENCE = 60.0  # seconds until a step that does not settle is given up
TICK = 0.5  # seconds; here the clock may jump, and nobody wants to wait for the next turn
POLICY = Policy.model_validate(
    {
        "channels": {"announce": "incidents", "digest": "sre-weekly"},
        # Slack's one message a second is for people's sake; nobody is kept waiting here.
        "posting_interval": 0.01,
    }
)


class NeverQuiet(BotError):
    """The bot did not come to rest within {seconds} seconds. This is a fault of ours: please
    report it with what was printed above."""


@dataclass(frozen=True)
class Local:
    """A workspace and the bot in it."""

    sandbox: Sandbox
    service: Service

    def settle(self) -> None:
        """Wait until everything was heard, and all that is due was said."""
        until = time.monotonic() + PATIENCE
        self.sandbox.settle(PATIENCE)
        while not self.service.is_quiet():
            if time.monotonic() > until:
                raise NeverQuiet(seconds=int(PATIENCE))
            time.sleep(0.01)
        self.sandbox.settle(PATIENCE)


@contextmanager
def local(sandbox: Sandbox, database: str) -> Iterator[Local]:
    """Start both, over the real Web API and Socket Mode, and put both away at the end."""
    store = Store(database)
    schema.upgrade(store)
    sandbox.start()
    try:
        service = _serve(sandbox, store)
        try:
            yield Local(sandbox, service)
        finally:
            service.stop()
    finally:
        sandbox.stop()


def _serve(sandbox: Sandbox, store: Store) -> Service:
    way = Way(
        bot_token=sandbox.bot_token,
        app_token=sandbox.app_token,
        api_url=sandbox.api_url,
        port=0,
        tick_seconds=TICK,
    )
    service = Service(Bot(store=store, policy=POLICY, now=sandbox.clock.now), way)
    service.start()
    return service
