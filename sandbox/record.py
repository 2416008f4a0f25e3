"""A record of all traffic, in order: Web API calls, and deliveries to the app."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request of the app. `args` are its decoded arguments without the token."""

    method: str
    args: dict[str, Any]
    answer: dict[str, Any]
    status: int  # 0: the connection was dropped without a response
    at: datetime

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))


@dataclass(frozen=True)
class Delivery:
    """One attempt to deliver a payload to the app."""

    kind: str  # events_api, slash_commands or interactive
    body: dict[str, Any]
    attempt: int  # 0 is the first
    acknowledged: bool
    answer: Any  # content of the acknowledgement, or None
    at: datetime
    reason: str = ""  # why it wasn't acknowledged


@dataclass
class Record:
    """Calls and deliveries, for tests; thread-safe."""

    _calls: list[Call] = field(default_factory=list)
    _deliveries: list[Delivery] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calls(self) -> list[Call]:
        with self._lock:
            return list(self._calls)

    @property
    def deliveries(self) -> list[Delivery]:
        with self._lock:
            return list(self._deliveries)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def delivered(self, kind: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.kind == kind]

    def events(self, event_type: str) -> list[Delivery]:
        """Return the attempts to deliver events of a type."""
        return [
            delivery
            for delivery in self.delivered("events_api")
            if delivery.body.get("event", {}).get("type") == event_type
        ]

    def add_call(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def add_delivery(self, delivery: Delivery) -> None:
        with self._lock:
            self._deliveries.append(delivery)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._deliveries.clear()
