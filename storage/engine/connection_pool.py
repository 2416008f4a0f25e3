"""A first-come, first-served connection pool: in a burst, nobody waits much longer than others."""

import time
from collections import deque
from typing import Any

from sqlalchemy.pool import QueuePool
from sqlalchemy.util.queue import Empty, Queue


class _FairQueue(Queue[Any]):
    """A queue in order of arrival; SQLAlchemy's own lets late arrivals overtake those who wait."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:  # noqa: FBT001, FBT002 - Queue's signature
        super().__init__(maxsize, use_lifo)
        self._line: deque[object] = deque()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - Queue's signature
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
        self.not_empty.notify_all()  # the first in line may not be the one that wakes first


class FairPool(QueuePool):
    """A `QueuePool` that serves in order of arrival."""

    _queue_class = _FairQueue
