"""The program's only clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic


def utcnow() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the only place that reads the clock


def make_steady_clock(wall: Callable[[], datetime] = utcnow) -> Callable[[], datetime]:
    """Make a clock that starts with the wall clock and doesn't follow its jumps."""
    began, started = wall(), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - started)
