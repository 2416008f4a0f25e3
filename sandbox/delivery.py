"""Handing things to the app: attempts, Slack's retries, and faults on the way."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any, Protocol

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.ids import Ids
from sandbox.record import Delivery, Record

Json = dict[str, Any]
RETRY_DELAYS = (0.0, 60.0, 300.0)
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
class PendingDelivery:
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

    pending: PendingDelivery
    number: int
    reason: str


class Transport(Protocol):
    """Socket Mode or signed HTTP."""

    async def send(self, attempt: Attempt) -> Outcome: ...


class NotSettled(TimeoutError):
    """Deliveries are still outstanding."""


@dataclass(eq=False)
class DeliveryQueue:
    """Every parcel has a task of its own on the server's loop; any thread may submit."""

    clock: Clock
    faults: Faults
    record: Record
    transport: Transport
    ids: Ids
    retries: tuple[float, ...] = RETRY_DELAYS
    _loop: asyncio.AbstractEventLoop | None = None
    _closed: bool = False
    _outstanding: dict[PendingDelivery, None] = field(default_factory=dict)  # oldest first
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _overtaken: asyncio.Event = field(default_factory=asyncio.Event)

    def submit(self, kind: str, body: Json) -> PendingDelivery:
        pending = PendingDelivery(kind, body)
        with self._changed:
            if self._closed:
                pending.done.set_result(STOPPED)
                return pending
            self._outstanding[pending] = None
            loop = self._loop
        if loop:
            loop.call_soon_threadsafe(self._begin, pending)
        return pending

    def settle(self, timeout: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: not self._outstanding, timeout):
                left = ", ".join(_told(pending) for pending in islice(self._outstanding, 5))
                raise NotSettled(f"{len(self._outstanding)} outstanding after {timeout} s: {left}")

    def open(self) -> None:
        """On the loop, at start: what happened before then goes out now."""
        with self._changed:
            self._loop, self._closed = asyncio.get_running_loop(), False
            waiting = list(self._outstanding)
        for pending in waiting:
            self._begin(pending)

    async def close(self) -> None:
        with self._changed:
            self._loop, self._closed = None, True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pending in list(self._outstanding):  # came too late to be begun
            self._end(pending, STOPPED)

    def _begin(self, pending: PendingDelivery) -> None:
        task = asyncio.ensure_future(self._deliver(pending))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, pending: PendingDelivery) -> None:
        outcome = STOPPED
        try:
            await self._hold_back(pending)
            repeats = self._repeats(pending)
            async with asyncio.TaskGroup() as beside:
                for when, repeat in repeats:
                    if when:
                        beside.create_task(self._try_at(when, repeat))
                outcome = await self._try_all(pending)
            for when, repeat in repeats:
                if not when:
                    await self._try(Attempt(repeat, 0, ""))
        finally:
            self._end(pending, outcome)

    def _end(self, pending: PendingDelivery, outcome: Outcome) -> None:
        if not pending.done.done():
            pending.done.set_result(outcome)
        with self._changed:
            self._outstanding.pop(pending, None)
            self._changed.notify_all()

    async def _hold_back(self, pending: PendingDelivery) -> None:
        """`reorder` lets the next delivery go first; `slow` just waits."""
        if slow := self.faults.of_delivery("slow", pending.kind):
            await asyncio.sleep(slow.seconds)
        reorder = self.faults.of_delivery("reorder", pending.kind)
        if reorder and reorder.within:
            await asyncio.sleep(self.faults.between(0, reorder.within))
        elif reorder:
            self._overtaken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._overtaken.wait(), OVERTAKE_WITHIN)

    def _repeats(self, pending: PendingDelivery) -> list[tuple[float, PendingDelivery]]:
        """What `duplicate` adds, each with the seconds that it waits beside the first; 0: after it."""
        fault = self.faults.of_delivery("duplicate", pending.kind)
        if fault is None:
            return []
        return [
            (self.faults.between(0, fault.within), self._copied(pending, fault))
            for _ in range(self.faults.up_to(fault.copies))
        ]

    def _copied(self, pending: PendingDelivery, fault: Fault) -> PendingDelivery:
        if not fault.new_ids or pending.kind != "events_api":
            return pending
        return PendingDelivery(pending.kind, {**pending.body, "event_id": self.ids.next("Ev")})

    async def _try_at(self, when: float, pending: PendingDelivery) -> None:
        await asyncio.sleep(when)
        await self._try(Attempt(pending, 0, ""))

    async def _try_all(self, pending: PendingDelivery) -> Outcome:
        outcome = await self._try(Attempt(pending, 0, ""))
        waits = self.retries if pending.retried else ()
        for number, wait in enumerate(waits, start=1):
            if outcome.acknowledged or outcome.final:
                break
            await self.clock.sleep_until(self.clock.now() + timedelta(seconds=wait))
            outcome = await self._try(Attempt(pending, number, outcome.reason))
        return outcome

    async def _try(self, attempt: Attempt) -> Outcome:
        at = self.clock.now()
        outcome = await self._carry(attempt)
        self._overtaken.set()
        pending = attempt.pending
        seen = (pending.kind, pending.body, attempt.number)
        delivery = Delivery(*seen, outcome.acknowledged, outcome.answer, at, outcome.reason)
        self.record.add_delivery(delivery)
        return outcome

    async def _carry(self, attempt: Attempt) -> Outcome:
        kind = attempt.pending.kind
        if self.faults.of_delivery("dropped_before", kind):
            return Outcome(acknowledged=False, reason="connection_failed")
        outcome = await self.transport.send(attempt)
        if self.faults.of_delivery("dropped_after", kind):
            return Outcome(acknowledged=False, reason="timeout")
        return outcome


def _told(pending: PendingDelivery) -> str:
    inner = pending.body.get("event", pending.body)
    return f"{pending.kind} {inner.get('subtype') or inner.get('type') or inner.get('command')}"
