"""How long to wait before trying Slack again: longer each time, never in step with others."""

import random
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from handlers.errors import TOO_MANY

_CHANCE = random.Random()  # noqa: S311 - our own, since the module's belongs to everybody


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds: a link's longest silence, the first wait after a failure, and the longest."""

    silence: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 30.0


class Waits:
    """The waits of one row of attempts: none, then 1, 2, 4 … seconds, or what Slack asks for."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._failed = 0
        self._asked = 0.0

    def begin_again(self) -> None:
        """What was tried worked well."""
        self._failed, self._asked = 0, 0.0

    def obey(self, error: Exception) -> None:
        """Wait as long as Slack asks for when it said so, and long if it limits us without saying."""
        if not isinstance(error, SlackApiError):
            return
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        asked = str(headers.get("retry-after", ""))
        if asked.isascii() and asked.isdecimal():
            self._asked = float(asked)
        elif error.response.status_code == TOO_MANY:
            self._asked = self._pace.longest_wait

    def next(self) -> float:
        """Seconds to wait before the next attempt, which is counted."""
        # Doubling stops where it does not matter any more.
        wait = self._pace.first_wait * 2 ** min(self._failed - 1, 16) if self._failed else 0.0
        self._failed += 1
        shared, self._asked = self._asked, 0.0
        uneven = _CHANCE.uniform(0.75, 1.25)  # so that replicas do not come at once
        return max(shared, min(wait * uneven, self._pace.longest_wait))
