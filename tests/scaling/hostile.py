"""Run every pattern and function on hostile texts, and print those that take too long.

A separate program, so that its CPU time can be limited: `python -m tests.scaling.hostile patterns`.
It prints what it tries to standard error, so that this is known even when the program is killed,
and its findings to standard output.
"""

import gc
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from tests.scaling.functions import FUNCTIONS, KINDS
from tests.scaling.growth import MOST, QUICK, growth
from tests.scaling.patterns import ANCHORED, SEARCHING, Pattern, collect
from tests.scaling.pumps import GENERAL, Pump, pumps

CPU = 300  # seconds for the whole program, which takes about 20
_QUICK = 5_000_000  # nanoseconds for 5,000 characters, for functions that do several things


def slow_patterns() -> Iterator[str]:
    for pattern, (where, methods) in collect().items():
        _print(sys.stderr, where)
        worst = _slow(_calls(pattern, methods), [*GENERAL, *pumps(pattern)])
        if worst:
            yield f"{where} {pattern.pattern[:80]!r}: {worst}"


def slow_functions() -> Iterator[str]:
    for name, function in FUNCTIONS.items():
        _print(sys.stderr, name)
        worst = _slow([function], KINDS, quick=_QUICK)
        if worst:
            yield f"{name}: {worst}"


def _calls(pattern: Pattern, methods: set[str]) -> list[Callable[[str], object]]:
    def find_all(text: str) -> None:
        for _ in pattern.finditer(text):
            pass

    anchored = [getattr(pattern, method) for method in sorted(methods & ANCHORED)]
    return [*anchored, find_all] if methods & SEARCHING else anchored


def _slow(calls: list[Callable[[str], object]], texts: Sequence[Pump], quick: int = QUICK) -> str:
    """Return a description of the first text on which a call takes more than linear time, or ""."""
    for text in texts:
        for call in calls:
            times = growth(call, text.text, quick)
            if times > MOST:
                return f"{times:.1f} times as long for twice of {text!r}"
    return ""


def _print(to: TextIO, line: str) -> None:
    to.write(line + "\n")
    to.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    gc.disable()
    for finding in {"patterns": slow_patterns, "functions": slow_functions}[sys.argv[1]]():
        _print(sys.stdout, finding)
