"""What every row of the torture is given, and what it has to show."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.counting import Count
from tests.torture.stage import HURRIED, QUIET_WITHIN, Inside, Outside

RECONNECTED_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Plan:
    """How much. `postgres` is the address of a server, for the rows that need one."""

    seed: int
    messages: int  # things that people do
    seconds: float  # in which they do them
    strikes: int  # kills, cuts, or how often else something is done
    outage: float = 8.0  # seconds that one lasts, or that its end is waited for
    jobs: int = 0  # at least so many should have been sent
    postgres: str = ""
    hurried: bool = False  # a dead sender's claims end at once, not after their minute
    retries: tuple[float, ...] = HURRIED  # Slack's, in seconds, where the clock is the real one

    def rng(self, row: str) -> random.Random:
        return random.Random(f"{self.seed}-{row}")


@dataclass(frozen=True)
class Played:
    """What a row has to show. `broken` are promises beside the count that did not hold."""

    load: int
    faults: int
    count: Count
    broken: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        # A count of nothing would hold as well.
        compared = self.count.messages and self.count.commands and self.count.jobs
        return bool(compared and self.faults and not self.broken and not self.count.wrong)


@contextmanager
def a_file() -> Iterator[tuple[Path, str]]:
    """A folder, and the address of a database in it."""
    with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as name:
        yield Path(name), f"sqlite:///{name}/debrief.db"


def reconnected(bot: Inside) -> list[str]:
    """What was missed is made up for at a reconnect."""
    bot.sandbox.cut()
    bot.sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
    return quiet(bot)


def quiet(bot: Inside | Outside, within: float = QUIET_WITHIN) -> list[str]:
    """Wait until all is said. What is not by then is counted as well, so that it can be seen."""
    try:
        bot.quiet(within)
    except TimeoutError as error:
        return [str(error)]
    return []
