"""Deliver events and interactions to the app: attempts, Slack's retries, and simulated faults."""

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
# Seconds after which a delayed delivery is sent even if no other overtook it.
OVERTAKE_WITHIN = 0.5


@dataclass(frozen=True)
class Outcome:
    """The outcome of one attempt, or of all of them."""

    acknowledged: bool
    answer: Any = None
    reason: str = ""  # timeout, http_error, connection_failed …; not_connected: no open connection
    final: bool = False  # the app declined retries


STOPPED = Outcome(acknowledged=False, reason="stopped")


@dataclass(frozen=True, eq=False)
class PendingDelivery:
    """A payload on its way to the app, and its future outcome."""

    kind: str
    body: Json
    done: "Future[Outcome]" = field(default_factory=Future)

    @property
    def retried(self) -> bool:
        return self.kind == "events_api"  # commands and interactions are sent once


@dataclass(frozen=True)
class Attempt:
    """One attempt of a delivery; `number` 0 is the first, `reason` is why the last one failed."""

    pending: PendingDelivery
    number: int
    reason: str


class Transport(Protocol):
    """Sends payloads to the app: Socket Mode or signed HTTP."""

    async def send(self, attempt: Attempt) -> Outcome: ...


class NotSettled(TimeoutError):
    """Deliveries are still outstanding."""


@dataclass(eq=False)
class DeliveryQueue:
    """Deliveries in progress, each a task on the server's loop. Any thread may submit one."""

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
                unfinished = ", ".join(
                    _describe(pending) for pending in islice(self._outstanding, 5)
                )
                raise NotSettled(
                    f"{len(self._outstanding)} outstanding after {timeout} s: {unfinished}"
                )

    def open(self) -> None:
        """Start deliveries, including those submitted before; called on the loop."""
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
        for pending in list(self._outstanding):  # submitted too late to be started
            self._end(pending, STOPPED)

    def _begin(self, pending: PendingDelivery) -> None:
        task = asyncio.ensure_future(self._deliver(pending))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, pending: PendingDelivery) -> None:
        outcome = STOPPED
        try:
            await self._delay(pending)
            repeats = self._repeats(pending)
            async with asyncio.TaskGroup() as parallel:
                for delay, repeat in repeats:
                    if delay:
                        parallel.create_task(self._try_at(delay, repeat))
                outcome = await self._try_all(pending)
            for delay, repeat in repeats:
                if not delay:
                    await self._try(Attempt(repeat, 0, ""))
        finally:
            self._end(pending, outcome)

    def _end(self, pending: PendingDelivery, outcome: Outcome) -> None:
        if not pending.done.done():
            pending.done.set_result(outcome)
        with self._changed:
            self._outstanding.pop(pending, None)
            self._changed.notify_all()

    async def _delay(self, pending: PendingDelivery) -> None:
        """Apply the faults `reorder`, which lets the next delivery overtake, and `slow`."""
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
        """Return the repeats that the fault `duplicate` adds, each with its delay in seconds.

        A delay of 0 means after the first delivery, any other beside it.
        """
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

    async def _try_at(self, delay: float, pending: PendingDelivery) -> None:
        await asyncio.sleep(delay)
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
        facts = (pending.kind, pending.body, attempt.number)
        delivery = Delivery(*facts, outcome.acknowledged, outcome.answer, at, outcome.reason)
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


def _describe(pending: PendingDelivery) -> str:
    inner = pending.body.get("event", pending.body)
    return f"{pending.kind} {inner.get('subtype') or inner.get('type') or inner.get('command')}"
