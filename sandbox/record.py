"""What went over the wire, in order: each Web API call and each delivery to the app."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request of the app. `args` has the JSON arguments decoded and the token taken out."""

    method: str
    args: dict[str, Any]
    answer: dict[str, Any]
    status: int  # 0: the connection was dropped and the app got no answer
    at: datetime

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand something to the app."""

    kind: str  # events_api, slash_commands or interactive
    body: dict[str, Any]
    attempt: int  # 0 is the first
    acknowledged: bool
    answer: Any  # what came with the acknowledgement, or None
    at: datetime
    reason: str = ""  # why it was not acknowledged


@dataclass
class Record:
    """Appended to by the server, read by tests; the lists that it gives out are copies."""

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
        """The attempts to deliver events whose inner type is `event_type`."""
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
