"""The sandbox's clock: it runs in real time from a chosen start, and tests can move it."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """Return the machine's time: the default start, and the time for checking signatures."""
    return datetime.now(UTC)  # noqa: TID251  the only place in the sandbox that reads the machine's clock


class Clock:
    """A clock that starts at `at` and runs in real time; `move_to` and `advance` make it jump."""

    def __init__(self, at: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._origin = _aware(at or real_now())
        self._started = time.monotonic()
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        return self._origin + timedelta(seconds=time.monotonic() - self._started)

    def move_to(self, at: datetime, *, back: bool = False) -> None:
        """Jump to a time. `back` allows a jump into the past, which may repeat ids."""
        with self._lock:
            at = _aware(at)
            if at < self._now() and not back:
                raise ValueError(f"{at.isoformat()} is past; say back=True to turn the clock back")
            self._origin, self._started = at, time.monotonic()
            watchers = list(self._watchers)
        for callback in watchers:
            callback()

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("advance goes forward; move_to(at, back=True) turns the clock back")
        self.move_to(self.now() + by)

    async def sleep_until(self, due: datetime) -> None:
        """Wait until this time by this clock, however it jumps."""
        loop, moved = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(moved.set)

        self.watch(wake)
        try:
            while (left := (due - self.now()).total_seconds()) > 0:
                moved.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(moved.wait(), left)
        finally:
            self.unwatch(wake)

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each jump, on the thread that made it."""
        with self._lock:
            self._watchers.append(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        with self._lock:
            self._watchers.remove(callback)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock time needs a time zone")
    return at.astimezone(UTC)
