"""The parameters of a row, and its result."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.counting import Count
from tests.torture.environments import FAST_RETRIES, QUIET_WITHIN, BotProcesses, InProcessBot

RECONNECTED_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Plan:
    """The size of a row. `postgres` is the URL of a server, for rows that need one."""

    seed: int
    messages: int  # actions of people
    seconds: float  # duration of these actions
    strikes: int  # kills, cuts, or repetitions of something else
    outage: float = 8.0  # seconds that an outage lasts, or that its end is waited for
    jobs: int = 0  # minimum number of jobs to be sent
    postgres: str = ""
    hurried: bool = False  # claims of a dead worker expire at once instead of after a minute
    retries: tuple[float, ...] = (
        FAST_RETRIES  # Slack's retries, in seconds, for rows on the real clock
    )

    def rng(self, row: str) -> random.Random:
        return random.Random(f"{self.seed}-{row}")


@dataclass(frozen=True)
class RowResult:
    """The result of a row. `broken` lists broken promises that counting doesn't cover."""

    load: int
    faults: int
    count: Count
    broken: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        # Comparing nothing would find no discrepancies either.
        compared = self.count.messages and self.count.commands and self.count.jobs
        return bool(compared and self.faults and not self.broken and not self.count.wrong)


@contextmanager
def temporary_database() -> Iterator[tuple[Path, str]]:
    """A temporary folder, and the URL of a database in it."""
    with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as name:
        yield Path(name), f"sqlite:///{name}/debrief.db"


def reconnect_and_wait(bot: InProcessBot) -> list[str]:
    """Cut the connection and wait; messages missed before are fetched on reconnecting."""
    bot.sandbox.cut()
    bot.sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
    return wait_until_quiet(bot)


def wait_until_quiet(bot: InProcessBot | BotProcesses, within: float = QUIET_WITHIN) -> list[str]:
    """Wait until the bot is quiet.

    Return an error when it isn't in time; counting then shows what is missing.
    """
    try:
        bot.quiet(within)
    except TimeoutError as error:
        return [str(error)]
    return []
