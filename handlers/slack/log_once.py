"""Log each distinct warning once, even if Slack repeats its cause thousands of times."""

from threading import Lock

import structlog

log = structlog.get_logger()

MAX_WARNINGS = 1_000  # distinct warnings; past that, more lines wouldn't help


class OnceLogger:
    """Logs a warning the first time it's given with the same facts."""

    def __init__(self) -> None:
        self._logged: set[tuple[object, ...]] = set()
        self._lock = Lock()

    def warn(self, event: str, **facts: str) -> None:
        kind = (event, *sorted(facts.items()))
        with self._lock:
            if kind in self._logged or len(self._logged) >= MAX_WARNINGS:
                return
            self._logged.add(kind)
        log.warning(event, **facts, note="logged once")
