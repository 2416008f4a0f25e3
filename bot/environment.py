"""What every door needs. The only clock of the program is `utcnow`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.ticket import Tracker
from bot.policy import Policy
from storage.engine import Store


def utcnow() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one place where time comes from


@dataclass(frozen=True)
class Bot:
    """The store, the team's policy, the time, and the team's tracker if it has one."""

    store: Store
    policy: Policy
    now: Callable[[], datetime] = utcnow
    tracker: Tracker | None = None
