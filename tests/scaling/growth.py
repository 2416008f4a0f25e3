"""Measure how much longer a function takes on a text of twice the length, in CPU time."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time_ns
from types import FrameType

SHORT, LONG = 20_000, 40_000
MOST = 2.5  # times as long for twice the text; linear is 2, quadratic is 4
_GLANCE = 2_500, 5_000
QUICK = 1_000_000  # nanoseconds for 5,000 characters; if quadratic, 40,000 would take 64 ms
_SURE = 2.2  # growth from 2,500 to 5,000 characters that is certainly linear
_PATIENCE = 4.0  # seconds for one run; anything longer fails
_TRIES = 4


class TakesTooLong(BaseException):
    """A run was stopped. Not an `Exception`, so that no code under test catches it."""


def growth(run: Callable[[str], object], text: Callable[[int], str], quick: int = QUICK) -> float:
    """Return the growth of the run time from 20,000 to 40,000 characters, or 0 if it is short anyway.

    Other load on the machine can only make a run longer, so the shortest of several runs
    counts.
    """
    try:
        at_a_glance = _nanoseconds(run, text(_GLANCE[1]))
        if at_a_glance < quick or at_a_glance <= _SURE * _nanoseconds(run, text(_GLANCE[0])):
            return 0.0
        return _measured(run, text(SHORT), text(LONG))
    except TakesTooLong:
        return float("inf")


def _measured(run: Callable[[str], object], short: str, long: str) -> float:
    ratio, shortest, longest = float("inf"), float("inf"), float("inf")
    for _ in range(_TRIES):
        shortest = min(shortest, _nanoseconds(run, short))
        longest = min(longest, _nanoseconds(run, long))
        ratio = longest / shortest
        if ratio <= MOST:
            break
    return ratio


def _nanoseconds(run: Callable[[str], object], text: str) -> int:
    with _stopped_after(_PATIENCE):
        began = thread_time_ns()
        run(text)
        return thread_time_ns() - began


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Stop after that much CPU time; the search for a pattern checks for signals, too."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TakesTooLong

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
