"""`make torture`: play every row of the table, one after the other, from a seed that it prints."""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import SystemRandom

from rich.console import Console
from rich.table import Table

from bot.cli.logging_setup import log_to_stderr
from bot.domain.errors import BotError
from tests.support.postgres import run_server
from tests.torture.discrepancies import DiscrepancyKind
from tests.torture.plans import Plan, RowResult
from tests.torture.rows import ON_POSTGRES, ROWS

SHOWN = 5  # discrepancies of each kind to print in full
COLUMNS = ("row", "load", "faults", "seconds", "lost", "doubled", "other", "verdict")


class TooSlow(Exception):
    """A row didn't finish within its time limit."""


@dataclass(frozen=True)
class Outcome:
    row: str
    seconds: float
    played: RowResult | None
    trouble: str = ""

    @property
    def holds(self) -> bool:
        return self.played is not None and self.played.holds


def main() -> int:
    arguments = _arguments()
    console = Console()
    console.print(f"seed {arguments.seed}")
    log_to_stderr("json", logging.CRITICAL)  # failures are expected here and needn't be logged
    with _postgres(arguments.row) as address:
        outcomes = [_play(console, name, arguments, address) for name in arguments.row]
    console.print(_table(outcomes))
    return 0 if all(outcome.holds for outcome in outcomes) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--row", action="append", choices=list(ROWS), help="more than once; all")
    parser.add_argument("--messages", type=int, help="things that people do, in each row")
    parser.add_argument("--kills", type=int, help="kills or cuts")
    parser.add_argument("--seconds", type=float, help="in which people do that")
    parser.add_argument("--outage", type=float, help="seconds that a database is away")
    arguments = parser.parse_args()
    arguments.row = arguments.row or list(ROWS)
    return arguments


@contextmanager
def _postgres(rows: list[str]) -> Iterator[str]:
    if ON_POSTGRES.isdisjoint(rows):
        yield ""
        return
    with run_server() as address:
        yield address


def _play(console: Console, name: str, arguments: argparse.Namespace, postgres: str) -> Outcome:
    row = ROWS[name]
    plan = _plan(row.long, arguments, postgres)
    console.print(f"{name}: {plan.messages} deeds, at most {row.limit} s", style="dim")
    began = time.monotonic()
    played, trouble = None, ""
    try:
        with _limit(row.limit):
            played = row.play(plan)
    except (TooSlow, AssertionError, OSError, BotError) as error:
        trouble = f"{type(error).__name__}: {error}"
    outcome = Outcome(name, time.monotonic() - began, played, trouble)
    _print_outcome(console, outcome)
    return outcome


def _plan(plan: Plan, arguments: argparse.Namespace, postgres: str) -> Plan:
    chosen = {
        "messages": arguments.messages,
        "strikes": arguments.kills,
        "seconds": arguments.seconds,
    }
    chosen |= {"outage": arguments.outage}
    changes = {name: value for name, value in chosen.items() if value is not None}
    return replace(plan, seed=arguments.seed, postgres=postgres, **changes)


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    def raise_too_slow(*_: object) -> None:
        raise TooSlow(f"not within {seconds} s")

    signal.signal(signal.SIGALRM, raise_too_slow)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _print_outcome(console: Console, outcome: Outcome) -> None:
    lines = [
        f"{'holds' if outcome.holds else 'fails'} after {outcome.seconds:.0f} s",
        outcome.trouble,
    ]
    if outcome.played:
        lines += outcome.played.broken[:SHOWN]
        for kind in DiscrepancyKind:
            descriptions = [
                str(discrepancy)
                for discrepancy in outcome.played.count.wrong
                if discrepancy.wrong is kind
            ]
            lines += descriptions[:SHOWN]
            lines += (
                [f"{kind}: and {len(descriptions) - SHOWN} more"]
                if len(descriptions) > SHOWN
                else []
            )
    for line in filter(None, lines):
        console.print(f"{outcome.row}: {line}", markup=False, highlight=False)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(*COLUMNS)
    for outcome in outcomes:
        verdict = "[green]holds[/]" if outcome.holds else "[red]fails[/]"
        table.add_row(outcome.row, *_cells(outcome), verdict)
    return table


def _cells(outcome: Outcome) -> list[str]:
    seconds = f"{outcome.seconds:.0f}"
    if outcome.played is None:
        return ["", "", seconds, "?", "?", "?"]
    count, played = outcome.played.count, outcome.played
    other = count.of(DiscrepancyKind.EXTRA, DiscrepancyKind.DISORDERLY) + len(played.broken)
    lost, doubled = count.of(DiscrepancyKind.LOST), count.of(DiscrepancyKind.DOUBLED)
    return [str(played.load), str(played.faults), seconds, str(lost), str(doubled), str(other)]


if __name__ == "__main__":
    sys.exit(main())
