"""Background threads that don't keep the process alive if they wait forever."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from handlers.errors import run_guarded

T = TypeVar("T")


def run_in_background(work: Callable[[], T], what: str) -> Future[T | Exception]:
    """Run work on a daemon thread. The future holds its result, or the error, as in `guarded`."""
    outcome: Future[T | Exception] = Future()
    outcome.set_running_or_notify_cancel()

    def do() -> None:
        outcome.set_result(run_guarded(work, what))

    Thread(target=do, name=what, daemon=True).start()
    return outcome


def run_within(seconds: float, work: Callable[[], object], what: str) -> bool:
    """Run work in the background and wait; return False if it takes longer than `seconds`."""
    return not wait([run_in_background(work, what)], timeout=max(0.0, seconds)).not_done
