"""Slack's rate limits: one message per second and channel, and reading histories.

Since 2025, apps distributed outside Slack's Marketplace get at most 15 items per call, whatever
`limit` says, and one call per minute and method. https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps/
"""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.api.request import SlackError
from sandbox.workspace_state import Json

HISTORY_METHODS = frozenset({"conversations.history", "conversations.replies"})
MAX_ITEMS = 15


@dataclass(eq=False)
class RateLimit:
    """At most one call per interval and key, without the bursts that Slack allows."""

    interval: timedelta
    _called_at: dict[str, datetime] = field(default_factory=dict)

    def check(self, key: str, now: datetime) -> None:
        """Count a call. Raises SlackError if the last one was too recent."""
        last = self._called_at.get(key)
        if last and now - last < self.interval:
            left = math.ceil((self.interval - (now - last)).total_seconds())
            raise SlackError("ratelimited", 429, retry_after=max(left, 1))
        self._called_at[key] = now


def limit_items(args: Json) -> Json:
    """Return a history call's arguments with the limit that Slack applies."""
    limit = str(args.get("limit") or MAX_ITEMS)
    applied = min(int(limit), MAX_ITEMS) if limit.isdecimal() else limit
    return {**args, "limit": str(applied)}
