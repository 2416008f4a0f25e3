"""Slack's time, learned from the `Date` of its answers, so that a wrong clock of ours does no harm.

All that the bot compares with Slack's message ids is in this time: look-backs, leases, due times.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

log = structlog.get_logger()

SECOND = timedelta(seconds=1)  # a `Date` is cut to it
TOLERATED = timedelta(seconds=1)  # beyond what one answer proves; a clock must not flutter
WARNED = timedelta(seconds=30)
SYNC = "sync it with NTP, for example with chrony or systemd-timesyncd"
Now = Callable[[], datetime]


def date_of(headers: Mapping[str, Any]) -> datetime | None:
    """When an answer was written, by the clock of the server; None when it doesn't say."""
    date = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        at = parsedate_to_datetime(str(date))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def described(skew: timedelta) -> str:
    """Describe a difference of our clock from Slack's, as in `95 s ahead of Slack's`."""
    side = "ahead of" if skew > timedelta(0) else "behind"
    return f"{abs(round(skew.total_seconds()))} s {side} Slack's"


class SlackClock:
    """A clock that is corrected by what Slack's answers say.

    `source` turns it: it may be wrong by any amount. `machine` is the clock of this machine, which
    the warning and the metric are about; it differs from a source that ignores its jumps.
    """

    def __init__(self, source: Now, machine: Now | None = None) -> None:
        self._source = source
        self._machine = machine or source
        self._correction = timedelta(0)
        self._is_doubted = True  # until the first answer
        self._lock = Lock()

    def source(self) -> datetime:
        """Read the clock without the correction."""
        return self._source()

    def now(self) -> datetime:
        """The time that it is for Slack, to about two seconds once it has answered."""
        return self._source() + self._correction

    @property
    def skew(self) -> timedelta:
        """How far the machine's clock is ahead of Slack's. Zero where that can't be told."""
        skew = self._machine() - self.now()
        return skew if abs(skew) > SECOND + TOLERATED else timedelta(0)

    def observe(self, headers: Mapping[str, Any], asked_at: datetime) -> None:
        """Correct the clock where answers prove it wrong. `asked_at` is the source's time.

        The answer was written between then and now, in the second that it names. A correction that
        fits stays, so that the clock runs evenly; a slow answer proves little and changes nothing.
        After the first answer it takes two in a row: one server's wrong clock is not ours.
        """
        date = date_of(headers)
        if date is None:
            return
        low, high = sorted((date - self._source(), date + SECOND - asked_at))
        with self._lock:
            fits = low - TOLERATED <= self._correction <= high + TOLERATED
            if self._is_doubted and not fits:
                self._correction, fits = low + (high - low) / 2, True
            self._is_doubted = not fits

    def warn(self) -> None:
        """Log a warning when the machine's clock is far from Slack's."""
        skew = self.skew
        if abs(skew) > WARNED:
            told = f"This machine's clock is {described(skew)}: {SYNC}."
            log.warning("clock differs from Slack's", advice=told)

    def check(self, client: WebClient) -> None:
        """Ask Slack for its time, and warn when this machine's clock is far from it."""
        try:
            for _ in range(2):  # one answer alone corrects nothing
                client.api_test()
        except (SlackApiError, OSError) as error:
            log.debug("clock not checked", reason=str(error))
        else:
            self.warn()


class ObservingClient(WebClient):
    """A Slack client that shows the clock each answer."""

    clock: SlackClock | None = None

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        if self.clock is None:
            return super().api_call(api_method, **given)
        asked_at = self.clock.source()
        answer = super().api_call(api_method, **given)
        self.clock.observe(answer.headers, asked_at)
        return answer
