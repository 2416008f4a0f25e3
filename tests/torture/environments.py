"""The surroundings of a row: a sandbox with people, and the bot, in this process or in others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.config.policy import Policy
from handlers.service import Service
from sandbox.clock import Clock
from sandbox.delivery import NotSettled
from sandbox.server import Sandbox
from storage.engine import schema
from storage.engine.store import Store
from tests.support.harness import start_bot
from tests.torture import counting
from tests.torture.counting import Count
from tests.torture.load import add_people
from tests.torture.process import ROOT, Program, until
from tests.torture.time_travel import count_overdue

# Slack retries at once, after a minute and after five minutes; on the real clock, sooner.
FAST_RETRIES = (0.0, 1.0, 5.0)
QUIET_WITHIN = 120.0


@contextmanager
def make_workspace(
    *,
    clock: Clock | None = None,
    strict: bool = False,
    retries: tuple[float, ...] = FAST_RETRIES,
    seed: int = 0,
) -> Iterator[Sandbox]:
    sandbox = Sandbox(
        ROOT / "manifest.yml", clock=clock or Clock(), strict=strict, retries=retries, seed=seed
    )
    with sandbox:
        add_people(sandbox)
        yield sandbox


@dataclass(eq=False)
class InProcessBot:
    """The bot in this process, on the sandbox's clock.

    Rows with Slack's real retry intervals move the clock by `step` at each check, so that no
    one waits for minutes.
    """

    sandbox: Sandbox
    store: Store
    service: Service
    step: timedelta = timedelta(0)

    def quiet(self, within: float = QUIET_WITHIN) -> None:
        """Wait until every delivery has ended and every job is done."""
        until(self._is_quiet, within, "the bot is quiet")

    def _is_quiet(self) -> bool:
        if has_settled(self.sandbox) and self.service.is_quiet() and has_settled(self.sandbox):
            return True
        if self.step:
            self.sandbox.clock.advance(self.step)
        return False

    def count(self) -> Count:
        return counting.count(self.sandbox, self.store, self.sandbox.clock.now())


@contextmanager
def run_in_process(
    sandbox: Sandbox,
    url: str,
    *,
    interval: float = 0.01,
    step: timedelta = timedelta(0),
    now: Callable[[], datetime] | None = None,
) -> Iterator[InProcessBot]:
    """Run the bot in this process; `now` is its clock, by default the sandbox's."""
    store = Store(url)
    schema.upgrade(store)
    policy = {"channels": {"announce": "incidents"}, "posting_interval": interval}
    policy |= {"working_hours": {"start": 0, "end": 24}, "retention": {"sent_messages": False}}
    service = start_bot(sandbox, store, policy=Policy.model_validate(policy), now=now)
    try:
        yield InProcessBot(sandbox, store, service, step)
    finally:
        service.stop()


@dataclass(eq=False)
class BotProcesses:
    """The bot as one or more processes, on the real clock."""

    sandbox: Sandbox
    url: str
    programs: list[Program] = field(default_factory=list)

    def quiet(self, within: float = QUIET_WITHIN) -> None:
        until(self._is_quiet, within, "the bot is quiet", self.programs[0].log)

    def _is_quiet(self) -> bool:
        silent = has_settled(self.sandbox) and all(
            program.waiting() == 0 for program in self.programs
        )
        return silent and not count_overdue(self.url)

    def stop(self) -> list[tuple[Program, float]]:
        """Ask every replica to stop; return the seconds that each took."""
        return [(program, program.stop()) for program in self.programs if program.is_running()]

    def count(self) -> Count:
        """Compare after all processes have stopped, so that nothing is written meanwhile."""
        self.stop()
        store = Store(self.url)
        try:
            return counting.count(self.sandbox, store, self.sandbox.clock.now())
        finally:
            store.close()


@contextmanager
def run_processes(
    sandbox: Sandbox, url: str, folder: Path, *, replicas: int = 1
) -> Iterator[BotProcesses]:
    """Start the processes and wait until every replica is ready."""
    programs = [Program(sandbox, folder, url, f"replica{number}") for number in range(replicas)]
    try:
        for program in programs:
            program.start()
        for program in programs:
            program.wait_ready()
        yield BotProcesses(sandbox, url, programs)
    finally:
        for program in programs:
            if program.is_running():
                program.kill()


def has_settled(sandbox: Sandbox) -> bool:
    try:
        sandbox.settle(0.05)
    except NotSettled:
        return False
    return True
