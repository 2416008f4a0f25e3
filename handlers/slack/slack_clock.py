"""Slack's time, from the `Date` header of its responses, so that a wrong clock does no harm.

Times compared with Slack's message ids use it: look-backs, leases, due times.
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

DATE_RESOLUTION = timedelta(seconds=1)  # the resolution of `Date`
TOLERANCE = timedelta(seconds=1)  # beyond one response's precision, so that nothing jitters
WARN_ABOVE = timedelta(seconds=30)
SYNC_ADVICE = "sync it with NTP, for example with chrony or systemd-timesyncd"
Now = Callable[[], datetime]


def date_of(headers: Mapping[str, Any]) -> datetime | None:
    """Return the server's time of a response; None if it has no `Date`."""
    date = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        at = parsedate_to_datetime(str(date))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def describe_skew(skew: timedelta) -> str:
    """Describe the offset of this machine's clock from Slack's, as in `95 s ahead of Slack's`."""
    side = "ahead of" if skew > timedelta(0) else "behind"
    return f"{abs(round(skew.total_seconds()))} s {side} Slack's"


class SlackClock:
    """A clock corrected by the time in Slack's responses.

    `source` drives it, and may be wrong by any amount. `machine` is this machine's clock, used for
    the warning and the metric; `source` may ignore its jumps.
    """

    def __init__(self, source: Now, machine: Now | None = None) -> None:
        self._source = source
        self._machine = machine or source
        self._correction = timedelta(0)
        self._is_doubted = True  # until the first response
        self._lock = Lock()

    def source(self) -> datetime:
        """Return the uncorrected time."""
        return self._source()

    def now(self) -> datetime:
        """Return Slack's time, within about two seconds once Slack has responded."""
        return self._source() + self._correction

    @property
    def skew(self) -> timedelta:
        """Return how far the machine's clock is ahead of Slack's; zero if unknown."""
        skew = self._machine() - self.now()
        return skew if abs(skew) > DATE_RESOLUTION + TOLERANCE else timedelta(0)

    def observe(self, headers: Mapping[str, Any], asked_at: datetime) -> None:
        """Correct the clock if responses prove it wrong.

        `asked_at` is the source's time of the request. The response was written between then and
        now, in the second it names. A correction that still fits is kept, so that the clock runs
        evenly; a slow response proves little and changes nothing. After the first response, it
        takes two in a row, in case one server's clock is wrong.
        """
        date = date_of(headers)
        if date is None:
            return
        low, high = sorted((date - self._source(), date + DATE_RESOLUTION - asked_at))
        with self._lock:
            fits = low - TOLERANCE <= self._correction <= high + TOLERANCE
            if self._is_doubted and not fits:
                self._correction, fits = low + (high - low) / 2, True
            self._is_doubted = not fits

    def warn(self) -> None:
        """Log a warning if the machine's clock is far from Slack's."""
        skew = self.skew
        if abs(skew) > WARN_ABOVE:
            advice = f"This machine's clock is {describe_skew(skew)}: {SYNC_ADVICE}."
            log.warning("clock differs from Slack's", advice=advice)

    def check(self, client: WebClient) -> None:
        """Ask Slack for its time, and warn if this machine's clock is far from it."""
        try:
            for _ in range(2):  # a single response corrects nothing
                client.api_test()
        except (SlackApiError, OSError) as error:
            log.debug("clock check skipped", reason=str(error))
        else:
            self.warn()


class ObservingClient(WebClient):
    """A Slack client that passes each response to the clock."""

    clock: SlackClock | None = None

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        if self.clock is None:
            return super().api_call(api_method, **arguments)
        asked_at = self.clock.source()
        response = super().api_call(api_method, **arguments)
        self.clock.observe(response.headers, asked_at)
        return response
