"""How much longer something takes on a text of twice the length, in CPU time of this thread."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time_ns
from types import FrameType

SHORT, LONG = 20_000, 40_000
MOST = 2.5  # times as long for twice the text; linear is 2, quadratic is 4
_GLANCE = 2_500, 5_000
QUICK = 1_000_000  # nanoseconds for 5,000 characters: were that quadratic, 40,000 took 64 ms
_SURE = 2.2  # from 2,500 to 5,000 characters: so much is no more than linear
_PATIENCE = 4.0  # seconds for one run: what takes longer has failed
_TRIES = 4


class TakesTooLong(BaseException):
    """A run that was stopped; no error of the run itself, so that nothing in it takes it for one."""


def growth(run: Callable[[str], object], text: Callable[[int], str], quick: int = QUICK) -> float:
    """By how much the time grows from 20,000 to 40,000 characters; 0 for what is quick anyway.

    A machine that is busy with something else can only make a run longer: the shortest of a few counts.
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
    """Stop what takes so much CPU; a search for a pattern, too, looks at signals now and then."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TakesTooLong

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
