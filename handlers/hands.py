"""Threads that do not hold up the end of the process when what they wait for never comes."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def begin(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> Future[T]:
    """Do something on a thread of its own that ends with the process."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def do() -> None:
        try:
            outcome.set_result(work(*given, **named))
        except BaseException as error:  # noqa: BLE001 - it is raised where the outcome is asked for
            outcome.set_exception(error)

    Thread(target=do, name=getattr(work, "__name__", "work"), daemon=True).start()
    return outcome


def within(seconds: float, work: Callable[[], object]) -> bool:
    """Do something for at most so long; False when it is still at it, and goes on without us."""
    outcome = begin(work)
    if wait([outcome], timeout=max(0.0, seconds)).not_done:
        return False
    outcome.result()
    return True
