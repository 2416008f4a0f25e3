"""A pool that serves in the order of coming: in a burst nobody waits for longer than the others."""

import time
from collections import deque
from typing import Any

from sqlalchemy.pool import QueuePool
from sqlalchemy.util.queue import Empty, Queue


class _FairQueue(Queue[Any]):
    """SQLAlchemy's own lets whoever asks at the right moment go before those who wait."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is called
        super().__init__(maxsize, use_lifo)
        self._line: deque[object] = deque()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - as it is called
        until = time.monotonic() + (timeout or 0) * block
        ticket = object()
        with self.not_empty:
            self._line.append(ticket)
            try:
                while self._empty() or self._line[0] is not ticket:
                    left = until - time.monotonic()
                    if left <= 0:
                        raise Empty
                    self.not_empty.wait(left)
                return self._get()
            finally:
                self._line.remove(ticket)
                self.not_empty.notify_all()

    def _put(self, item: Any) -> None:
        super()._put(item)
        self.not_empty.notify_all()  # the first in line may not be the first that wakes


class FairPool(QueuePool):
    """A `QueuePool` with a line before it."""

    _queue_class = _FairQueue
