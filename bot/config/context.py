"""The `Bot` object passed to every handler."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.config.clock import utcnow
from bot.config.policy import Policy
from bot.domain.drafting_model import DraftingModel
from bot.domain.ticket import Tracker
from storage.engine.store import Store


@dataclass(frozen=True)
class Bot:
    """The store, the configuration, the clock, and the issue tracker and model, if configured.

    At run time, `now` is Slack's time (`handlers.slack.slack_clock`), so that it compares with
    Slack's message ids.
    """

    store: Store
    policy: Policy
    now: Callable[[], datetime] = utcnow
    tracker: Tracker | None = None
    drafting_model: DraftingModel | None = None
