"""Handing things to the app: attempts, Slack's retries, and faults on the way."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.ids import Ids
from sandbox.record import Delivery, Record

Json = dict[str, Any]
SLACKS_RETRIES = (0.0, 60.0, 300.0)
# A held-back delivery goes out anyway when nothing comes to overtake it.
OVERTAKE_WITHIN = 0.5


@dataclass(frozen=True)
class Outcome:
    """How one attempt, or all of them, ended."""

    acknowledged: bool
    answer: Any = None
    reason: str = ""  # timeout, http_error, connection_failed …; not_connected: nobody was there
    final: bool = False  # the app asked for no retry


STOPPED = Outcome(acknowledged=False, reason="stopped")


@dataclass(frozen=True, eq=False)
class Parcel:
    """One thing on its way to the app, and the promise of how it ends."""

    kind: str
    body: Json
    done: "Future[Outcome]" = field(default_factory=Future)

    @property
    def retried(self) -> bool:
        return self.kind == "events_api"  # commands and interactions are tried once


@dataclass(frozen=True)
class Attempt:
    """What a carrier is given: the parcel, and which try this is."""

    parcel: Parcel
    number: int
    reason: str


class Carrier(Protocol):
    """Socket Mode or signed HTTP."""

    async def carry(self, attempt: Attempt) -> Outcome: ...


class NotSettled(TimeoutError):
    """Deliveries are still outstanding."""


@dataclass(eq=False)
class Delivering:
    """Every parcel has a task of its own on the server's loop; any thread may submit."""

    clock: Clock
    faults: Faults
    record: Record
    carrier: Carrier
    ids: Ids
    retries: tuple[float, ...] = SLACKS_RETRIES
    _loop: asyncio.AbstractEventLoop | None = None
    _closed: bool = False
    _outstanding: dict[Parcel, None] = field(default_factory=dict)  # oldest first
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _overtaken: asyncio.Event = field(default_factory=asyncio.Event)

    def submit(self, kind: str, body: Json) -> Parcel:
        parcel = Parcel(kind, body)
        with self._changed:
            if self._closed:
                parcel.done.set_result(STOPPED)
                return parcel
            self._outstanding[parcel] = None
            loop = self._loop
        if loop:
            loop.call_soon_threadsafe(self._begin, parcel)
        return parcel

    def settle(self, timeout: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: not self._outstanding, timeout):
                left = ", ".join(_told(parcel) for parcel in islice(self._outstanding, 5))
                raise NotSettled(f"{len(self._outstanding)} outstanding after {timeout} s: {left}")

    def open(self) -> None:
        """On the loop, at start: what happened before then goes out now."""
        with self._changed:
            self._loop, self._closed = asyncio.get_running_loop(), False
            waiting = list(self._outstanding)
        self.clock.watch(self._wake)
        for parcel in waiting:
            self._begin(parcel)

    async def close(self) -> None:
        self.clock.unwatch(self._wake)
        with self._changed:
            self._loop, self._closed = None, True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for parcel in list(self._outstanding):  # came too late to be begun
            self._end(parcel, STOPPED)

    def _begin(self, parcel: Parcel) -> None:
        task = asyncio.ensure_future(self._deliver(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wake(self) -> None:
        loop = self._loop
        if loop:
            loop.call_soon_threadsafe(self._moved.set)

    async def _deliver(self, parcel: Parcel) -> None:
        outcome = STOPPED
        try:
            await self._hold_back(parcel)
            repeats = self._repeats(parcel)
            async with asyncio.TaskGroup() as beside:
                for when, repeat in repeats:
                    if when:
                        beside.create_task(self._try_at(when, repeat))
                outcome = await self._try_all(parcel)
            for when, repeat in repeats:
                if not when:
                    await self._try(Attempt(repeat, 0, ""))
        finally:
            self._end(parcel, outcome)

    def _end(self, parcel: Parcel, outcome: Outcome) -> None:
        if not parcel.done.done():
            parcel.done.set_result(outcome)
        with self._changed:
            self._outstanding.pop(parcel, None)
            self._changed.notify_all()

    async def _hold_back(self, parcel: Parcel) -> None:
        """`reorder` lets the next delivery go first; `slow` just waits."""
        if slow := self.faults.of_delivery("slow", parcel.kind):
            await asyncio.sleep(slow.seconds)
        reorder = self.faults.of_delivery("reorder", parcel.kind)
        if reorder and reorder.within:
            await asyncio.sleep(self.faults.between(0, reorder.within))
        elif reorder:
            self._overtaken.clear()
            await _within(OVERTAKE_WITHIN, self._overtaken.wait)

    def _repeats(self, parcel: Parcel) -> list[tuple[float, Parcel]]:
        """What `duplicate` adds, each with the seconds that it waits beside the first; 0: after it."""
        fault = self.faults.of_delivery("duplicate", parcel.kind)
        if fault is None:
            return []
        return [
            (self.faults.between(0, fault.within), self._copied(parcel, fault))
            for _ in range(self.faults.up_to(fault.copies))
        ]

    def _copied(self, parcel: Parcel, fault: Fault) -> Parcel:
        if not fault.new_ids or parcel.kind != "events_api":
            return parcel
        return Parcel(parcel.kind, {**parcel.body, "event_id": self.ids.next("Ev")})

    async def _try_at(self, when: float, parcel: Parcel) -> None:
        await asyncio.sleep(when)
        await self._try(Attempt(parcel, 0, ""))

    async def _try_all(self, parcel: Parcel) -> Outcome:
        outcome = await self._try(Attempt(parcel, 0, ""))
        waits = self.retries if parcel.retried else ()
        for number, wait in enumerate(waits, start=1):
            if outcome.acknowledged or outcome.final:
                break
            await self._wait_until(self.clock.now() + timedelta(seconds=wait))
            outcome = await self._try(Attempt(parcel, number, outcome.reason))
        return outcome

    async def _try(self, attempt: Attempt) -> Outcome:
        at = self.clock.now()
        outcome = await self._carry(attempt)
        self._overtaken.set()
        parcel = attempt.parcel
        seen = (parcel.kind, parcel.body, attempt.number)
        delivery = Delivery(*seen, outcome.acknowledged, outcome.answer, at, outcome.reason)
        self.record.add_delivery(delivery)
        return outcome

    async def _carry(self, attempt: Attempt) -> Outcome:
        kind = attempt.parcel.kind
        if self.faults.of_delivery("dropped_before", kind):
            return Outcome(acknowledged=False, reason="connection_failed")
        outcome = await self.carrier.carry(attempt)
        if self.faults.of_delivery("dropped_after", kind):
            return Outcome(acknowledged=False, reason="timeout")
        return outcome

    async def _wait_until(self, due: datetime) -> None:
        while (left := (due - self.clock.now()).total_seconds()) > 0:
            self._moved.clear()
            await _within(left, self._moved.wait)


async def _within(seconds: float, wait: Callable[[], Coroutine[Any, Any, object]]) -> None:
    try:
        await asyncio.wait_for(wait(), seconds)
    except TimeoutError:
        return


def _told(parcel: Parcel) -> str:
    inner = parcel.body.get("event", parcel.body)
    return f"{parcel.kind} {inner.get('subtype') or inner.get('type') or inner.get('command')}"
