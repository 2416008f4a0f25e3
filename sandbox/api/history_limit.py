"""The limit on reading histories of apps that are distributed outside Slack's Marketplace.

Since 2025 such an app gets at most 15 items a call, whatever `limit` says, and one call a minute of each
method. https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps/
"""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.api.request import SlackError
from sandbox.workspace_state import Json

METHODS = frozenset({"conversations.history", "conversations.replies"})
MOST_ITEMS = 15
EVERY = timedelta(minutes=1)


@dataclass(eq=False)
class HistoryLimit:
    """Remembers when each method was called last."""

    _called_at: dict[str, datetime] = field(default_factory=dict)

    def limited(self, method: str, args: Json, now: datetime) -> Json:
        """Return the arguments of a call as Slack takes them; too early a call is refused."""
        last = self._called_at.get(method)
        if last and now - last < EVERY:
            left = math.ceil((EVERY - (now - last)).total_seconds())
            raise SlackError("ratelimited", 429, retry_after=max(left, 1))
        self._called_at[method] = now
        asked = str(args.get("limit") or MOST_ITEMS)
        most = min(int(asked), MOST_ITEMS) if asked.isdecimal() else asked
        return {**args, "limit": str(most)}
