"""Threads that do not hold up the end of the process when what they wait for never comes."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from handlers.errors import guarded

T = TypeVar("T")


def begin(work: Callable[[], T], what: str) -> Future[T | Exception]:
    """Do something on a thread of its own that ends with the process; as `guarded` otherwise."""
    outcome: Future[T | Exception] = Future()
    outcome.set_running_or_notify_cancel()

    def do() -> None:
        outcome.set_result(guarded(work, what))

    Thread(target=do, name=what, daemon=True).start()
    return outcome


def within(seconds: float, work: Callable[[], object], what: str) -> bool:
    """Do something for at most so long; False when it is still at it, and goes on without us."""
    return not wait([begin(work, what)], timeout=max(0.0, seconds)).not_done
