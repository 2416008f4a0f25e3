"""The `Bot` object passed to every handler, and `utcnow`, the program's only clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.config.policy import Policy
from bot.domain.drafting_model import DraftingModel
from bot.domain.ticket import Tracker
from storage.engine.store import Store


def utcnow() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the only place that reads the clock


def make_steady_clock(wall: Callable[[], datetime] = utcnow) -> Callable[[], datetime]:
    """Make a clock that starts with the wall clock and doesn't follow its jumps."""
    began, started = wall(), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - started)


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
