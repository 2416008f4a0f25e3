"""Calls that Slack carries out some time after the connection was lost, without a response."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.workspace_state import Json


@dataclass(eq=False)
class LateCalls:
    """Calls scheduled by the sandbox's clock. `due` are the times of pending ones, `done` the results."""

    clock: Clock
    done: list[tuple[str, Json]] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def add(self, method: str, seconds: float, carry_out: Callable[[], Json]) -> None:
        """Carry out a call later, on the server's loop."""
        due = self.clock.now() + timedelta(seconds=seconds)
        self.due.append(due)
        task = asyncio.ensure_future(self._later(method, due, carry_out))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def is_behind(self) -> bool:
        """Return whether a due call hasn't been carried out yet."""
        return any(due <= self.clock.now() for due in self.due)

    async def _later(self, method: str, due: datetime, carry_out: Callable[[], Json]) -> None:
        try:
            await self.clock.sleep_until(due)
            self.done.append((method, carry_out()))
        finally:
            self.due.remove(due)
