"""`make torture`: every row of the table, one after the other, from a seed that it prints."""

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
from tests.support.postgres import server
from tests.torture.plans import Plan, Played
from tests.torture.rows import ON_POSTGRES, ROWS
from tests.torture.wrongs import Wrong

SHOWN = 5  # discrepancies of each kind that are told in full
COLUMNS = ("row", "load", "faults", "seconds", "lost", "doubled", "other", "verdict")


class TooSlow(Exception):
    """A row did not end within its limit."""


@dataclass(frozen=True)
class Ended:
    row: str
    seconds: float
    played: Played | None
    trouble: str = ""

    @property
    def holds(self) -> bool:
        return self.played is not None and self.played.holds


def main() -> int:
    given = _arguments()
    console = Console()
    console.print(f"seed {given.seed}")
    log_to_stderr("json", logging.CRITICAL)  # that there is trouble is no news here
    with _postgres(given.row) as address:
        ended = [_play(console, name, given, address) for name in given.row]
    console.print(_table(ended))
    return 0 if all(each.holds for each in ended) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--row", action="append", choices=list(ROWS), help="more than once; all")
    parser.add_argument("--messages", type=int, help="things that people do, in each row")
    parser.add_argument("--kills", type=int, help="kills or cuts")
    parser.add_argument("--seconds", type=float, help="in which people do that")
    parser.add_argument("--outage", type=float, help="seconds that a database is away")
    given = parser.parse_args()
    given.row = given.row or list(ROWS)
    return given


@contextmanager
def _postgres(rows: list[str]) -> Iterator[str]:
    if ON_POSTGRES.isdisjoint(rows):
        yield ""
        return
    with server() as address:
        yield address


def _play(console: Console, name: str, given: argparse.Namespace, postgres: str) -> Ended:
    row = ROWS[name]
    plan = _plan(row.long, given, postgres)
    console.print(f"{name}: {plan.messages} deeds, at most {row.limit} s", style="dim")
    began = time.monotonic()
    played, trouble = None, ""
    try:
        with _limit(row.limit):
            played = row.play(plan)
    except (TooSlow, AssertionError, OSError, BotError) as error:
        trouble = f"{type(error).__name__}: {error}"
    ended = Ended(name, time.monotonic() - began, played, trouble)
    _tell(console, ended)
    return ended


def _plan(plan: Plan, given: argparse.Namespace, postgres: str) -> Plan:
    chosen = {"messages": given.messages, "strikes": given.kills, "seconds": given.seconds}
    chosen |= {"outage": given.outage}
    kept = {name: value for name, value in chosen.items() if value is not None}
    return replace(plan, seed=given.seed, postgres=postgres, **kept)


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    def late(*_: object) -> None:
        raise TooSlow(f"not within {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _tell(console: Console, ended: Ended) -> None:
    told = [f"{'holds' if ended.holds else 'fails'} after {ended.seconds:.0f} s", ended.trouble]
    if ended.played:
        told += ended.played.broken[:SHOWN]
        for kind in Wrong:
            wrong = [str(each) for each in ended.played.count.wrong if each.wrong is kind]
            told += wrong[:SHOWN]
            told += [f"{kind}: and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    for each in filter(None, told):
        console.print(f"{ended.row}: {each}", markup=False, highlight=False)


def _table(ended: list[Ended]) -> Table:
    table = Table(*COLUMNS)
    for each in ended:
        verdict = "[green]holds[/]" if each.holds else "[red]fails[/]"
        table.add_row(each.row, *_cells(each), verdict)
    return table


def _cells(ended: Ended) -> list[str]:
    seconds = f"{ended.seconds:.0f}"
    if ended.played is None:
        return ["", "", seconds, "?", "?", "?"]
    count, played = ended.played.count, ended.played
    other = count.of(Wrong.EXTRA, Wrong.DISORDERLY) + len(played.broken)
    lost, doubled = count.of(Wrong.LOST), count.of(Wrong.DOUBLED)
    return [str(played.load), str(played.faults), seconds, str(lost), str(doubled), str(other)]


if __name__ == "__main__":
    sys.exit(main())
