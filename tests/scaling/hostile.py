"""Tries each pattern and each function on hostile texts, and names what takes too long for them.

Run as a program of its own, so that its CPU can be limited: `python -m tests.scaling.hostile patterns`. What it
tries goes to standard error, so that it is known even where the program is ended; findings go to standard output.
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

CPU = 300  # seconds for all of it; it takes some 20
_QUICK = 5_000_000  # nanoseconds for 5,000 characters, in a function that does many things


def slow_patterns() -> Iterator[str]:
    for pattern, (where, methods) in collect().items():
        _say(sys.stderr, where)
        worst = _slow(_calls(pattern, methods), [*GENERAL, *pumps(pattern)])
        if worst:
            yield f"{where} {pattern.pattern[:80]!r}: {worst}"


def slow_functions() -> Iterator[str]:
    for name, function in FUNCTIONS.items():
        _say(sys.stderr, name)
        worst = _slow([function], KINDS, quick=_QUICK)
        if worst:
            yield f"{name}: {worst}"


def _calls(pattern: Pattern, methods: set[str]) -> list[Callable[[str], object]]:
    def through(text: str) -> None:
        for _ in pattern.finditer(text):
            pass

    anchored = [getattr(pattern, each) for each in sorted(methods & ANCHORED)]
    return [*anchored, through] if methods & SEARCHING else anchored


def _slow(calls: list[Callable[[str], object]], texts: Sequence[Pump], quick: int = QUICK) -> str:
    """The first text on which a call takes more than linear time; empty when there is none."""
    for text in texts:
        for call in calls:
            times = growth(call, text.text, quick)
            if times > MOST:
                return f"{times:.1f} times as long for twice of {text!r}"
    return ""


def _say(to: TextIO, line: str) -> None:
    to.write(line + "\n")
    to.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    gc.disable()
    for found in {"patterns": slow_patterns, "functions": slow_functions}[sys.argv[1]]():
        _say(sys.stdout, found)
