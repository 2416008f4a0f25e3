"""Create a `Bot` from settings, or open only its database, for the commands that need them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.cli.policy_file import load_policy
from bot.config import settings as environment
from bot.config.clock import utcnow
from bot.config.context import Bot
from bot.config.settings import Settings
from handlers import drafting_model, trackers
from storage.engine import schema
from storage.engine.store import Store


def make_bot(settings: Settings, *, now: Callable[[], datetime] = utcnow) -> Bot:
    """Read the configuration, open the database and upgrade its schema."""
    team = load_policy(settings.debrief_config)
    tracker = trackers.build_tracker(settings, team.tickets)
    model = drafting_model.build_model(settings, team.drafting.model)
    store = Store(settings.database_url)
    schema.upgrade(store)
    return Bot(store=store, policy=team, now=now, tracker=tracker, drafting_model=model)


@contextmanager
def open_store() -> Iterator[Store]:
    """Open the database named in the environment, and close it at the end."""
    store = Store(environment.load().database_url)
    try:
        yield store
    finally:
        store.close()
