"""Saying each kind of trouble once: what Slack repeats, or sends by the thousand, is one line."""

from threading import Lock

import structlog

log = structlog.get_logger()

MOST = 1_000  # kinds that are remembered; beyond it something is wrong that more lines do not tell


class Once:
    """Logs a warning the first time that it is given with the same facts."""

    def __init__(self) -> None:
        self._said: set[tuple[object, ...]] = set()
        self._lock = Lock()

    def warn(self, event: str, **facts: str) -> None:
        kind = (event, *sorted(facts.items()))
        with self._lock:
            if kind in self._said or len(self._said) >= MOST:
                return
            self._said.add(kind)
        log.warning(event, **facts, note="said once")
