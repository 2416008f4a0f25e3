"""Back-off for reconnecting to Slack: exponential, with jitter."""

import random
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from handlers.errors import TOO_MANY_REQUESTS

_RANDOM = random.Random()  # noqa: S311 - our own generator: the module's is shared


@dataclass(frozen=True, kw_only=True)
class ReconnectSettings:
    """Seconds: a connection's longest silence, the first wait after a failure, and the longest wait."""

    silence: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 30.0


class Backoff:
    """The waits of one series of attempts: none, then 1, 2, 4 … seconds, or what Slack asks for."""

    def __init__(self, pace: ReconnectSettings) -> None:
        self._pace = pace
        self._failed = 0
        self._asked = 0.0

    def reset(self) -> None:
        """Reset the waits after a success."""
        self._failed, self._asked = 0, 0.0

    def apply_retry_after(self, error: Exception) -> None:
        """Wait as long as Slack asks, or the longest wait for a rate limit without a time."""
        if not isinstance(error, SlackApiError):
            return
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        requested = str(headers.get("retry-after", ""))
        if requested.isascii() and requested.isdecimal():
            self._asked = float(requested)
        elif error.response.status_code == TOO_MANY_REQUESTS:
            self._asked = self._pace.longest_wait

    def next(self) -> float:
        """Return the seconds to wait before the next attempt, and count the attempt."""
        # Doubling stops once the longest wait applies anyway.
        wait = self._pace.first_wait * 2 ** min(self._failed - 1, 16) if self._failed else 0.0
        self._failed += 1
        requested, self._asked = self._asked, 0.0
        jitter = _RANDOM.uniform(0.75, 1.25)  # so that replicas don't all reconnect at once
        return max(requested, min(wait * jitter, self._pace.longest_wait))
