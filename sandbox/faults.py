"""Simulated faults of Web API calls and deliveries, switched on by name."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

# Whether a fault affects calls, deliveries or both, without `method` or `kind`.
SIDES: dict[str, frozenset[str]] = {
    "ratelimited": frozenset({"call"}),
    "history_limited": frozenset({"call"}),  # 15 items a call, one call a minute and method
    "server_error": frozenset({"call"}),
    "error": frozenset({"call"}),
    "unreadable": frozenset({"call"}),
    "dropped_before": frozenset({"call", "delivery"}),
    "dropped_after": frozenset({"call", "delivery"}),
    "late": frozenset({"call"}),
    "slow": frozenset({"call", "delivery"}),
    "duplicate": frozenset({"delivery"}),
    "reorder": frozenset({"delivery"}),
}


@dataclass
class Fault:
    """An active fault. `times=None` means until it's switched off.

    It affects every `every`th of the matching calls or deliveries, each with probability `chance`.
    """

    name: str
    method: str | None = None  # a Web API method, or None for all
    kind: str | None = None  # events_api, slash_commands or interactive, or None for all
    times: int | None = None
    every: int = 1
    chance: float = 1.0
    retry_after: int = 1  # ratelimited
    # slow: real time. late: time of the sandbox's clock from the call, whose connection is dropped,
    # until it's carried out.
    seconds: float = 1.0
    status: int = 500  # server_error, unreadable
    body: str = "<html>Bad gateway</html>"  # unreadable: a proxy's response in place of Slack's
    error: str = "internal_error"  # error: Slack's error in the response
    copies: int = 1  # duplicate: maximum number of repeats
    new_ids: bool = False  # duplicate: events are repeated with another event_id
    # reorder: delay, random up to this many seconds; 0: until another delivery overtook it.
    # duplicate: each repeat is sent after a random delay beside the first; 0: one after the other.
    within: float = 0.0
    _matches: int = 0  # number of matching calls or deliveries so far

    def on_call(self, method: str) -> bool:
        return "call" in SIDES[self.name] and not self.kind and self.method in {None, method}

    def on_delivery(self, kind: str) -> bool:
        return "delivery" in SIDES[self.name] and not self.method and self.kind in {None, kind}


@dataclass
class Faults:
    """The active faults; thread-safe. A fault with `times` ends by itself.

    Random numbers are seeded, so that a run can be repeated.
    """

    seed: int = 0
    _on: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  chance, not secrets

    def on(self, name: str, **settings: object) -> None:
        """Switch a fault on: `on("ratelimited", method="chat.postMessage", times=3, retry_after=1)`."""
        if name not in SIDES:
            raise ValueError(f"no fault is called {name}; there are {', '.join(SIDES)}")
        fault = Fault(name, **settings)  # type: ignore[arg-type]  # the dataclass names what it takes
        self._refuse_wrong_side(fault)
        with self._lock:
            self._on.append(fault)

    def off(self, name: str) -> None:
        with self._lock:
            self._on = [fault for fault in self._on if fault.name != name]

    def clear(self) -> None:
        with self._lock:
            self._on.clear()

    def of_call(self, name: str, method: str) -> Fault | None:
        """Return the fault of this name that affects this call, and count it; None if there's none."""
        return self._take(name, lambda fault: fault.on_call(method))

    def of_delivery(self, name: str, kind: str) -> Fault | None:
        return self._take(name, lambda fault: fault.on_delivery(kind))

    def between(self, least: float, most: float) -> float:
        """Return a random number of seconds for a delay."""
        with self._lock:
            return self._random.uniform(least, most)

    def up_to(self, most: int) -> int:
        """Return a random count of at least 1."""
        with self._lock:
            return self._random.randint(1, most)

    def _take(self, name: str, hits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for fault in self._on:
                if fault.name != name or fault.times == 0 or not hits(fault):
                    continue
                if self._strikes(fault):
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        fault._matches += 1  # noqa: SLF001  its counter, kept here under the lock
        if fault._matches % fault.every:  # noqa: SLF001
            return False
        return fault.chance >= 1 or self._random.random() < fault.chance

    def _refuse_wrong_side(self, fault: Fault) -> None:
        if fault.method and "call" not in SIDES[fault.name]:
            raise ValueError(f"{fault.name} happens to deliveries: use kind=, not method=")
        if fault.kind and "delivery" not in SIDES[fault.name]:
            raise ValueError(f"{fault.name} happens to calls: use method=, not kind=")
