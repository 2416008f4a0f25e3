"""The row `clock`: ways in which the bot's clock can differ from Slack's, played one after the other."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.server import Sandbox
from tests.torture.counting import Count
from tests.torture.environments import InProcessBot, has_settled, make_workspace, run_in_process
from tests.torture.load import Load, open_incidents
from tests.torture.plans import (
    Plan,
    RowResult,
    reconnect_and_wait,
    temporary_database,
    wait_until_quiet,
)
from tests.torture.process import until

DEEDS_PER_CUT = 40
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class ProcessLife:
    """One process of the bot: the error of its clock at start, jumps during its life, and drift per second."""

    offset: timedelta = timedelta(0)
    jumps: tuple[timedelta, ...] = ()
    drift: float = 0.0


@dataclass(frozen=True)
class ClockError:
    """A kind of wrong clock. `lives` are processes on one database, one after the other."""

    name: str
    lives: tuple[ProcessLife, ...]


WAYS = (
    ClockError("90 s ahead", (ProcessLife(timedelta(seconds=90)),)),
    ClockError("120 s ahead", (ProcessLife(2 * MINUTE),)),
    ClockError("an hour ahead", (ProcessLife(HOUR),)),
    ClockError("an hour behind", (ProcessLife(-HOUR),)),
    ClockError("a day behind", (ProcessLife(-DAY),)),
    ClockError("a day ahead", (ProcessLife(DAY),)),
    ClockError("drifting", (ProcessLife(drift=30.0), ProcessLife(-20 * MINUTE, drift=-30.0))),
    ClockError(
        "restarted with another error",
        (ProcessLife(DAY), ProcessLife(-DAY), ProcessLife(15 * MINUTE)),
    ),
    ClockError("jumping", (ProcessLife(jumps=(HOUR, -HOUR, -DAY, DAY, DAY, -HOUR)),)),
    ClockError("900 s ahead", (ProcessLife(15 * MINUTE),)),
)


@dataclass(eq=False)
class WrongClock:
    """The correct time plus an error, which drifts by so many seconds per second."""

    right: Callable[[], datetime]
    offset: timedelta
    drift: float
    _since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._since = self.right()

    def now(self) -> datetime:
        at = self.right()
        return at + self.offset + self.drift * (at - self._since)


def _break_responses(sandbox: Sandbox) -> None:
    """Lose Slack's responses after calls took effect, and lose events, some of them for good."""
    on = sandbox.faults.on
    on("dropped_after", method="chat.postMessage", chance=0.2)
    on("dropped_after", method="chat.update", chance=0.05)
    on("server_error", chance=0.05, status=503)
    on("dropped_before", kind="events_api", chance=0.25)


def _cut_and_jump(
    sandbox: Sandbox, clock: WrongClock, life: ProcessLife, cuts: int, seconds: float
) -> None:
    """Cut the connections so often in so many seconds, and let the clock jump in between."""
    jumps = list(life.jumps)
    for left in range(cuts, 0, -1):
        time.sleep(seconds / cuts)
        for _ in range(len(jumps) // left):
            clock.offset += jumps.pop(0)
        sandbox.cut()


def clock(plan: Plan) -> RowResult:
    """The bot's clock is wrong in one way after the other, while connections and responses break.

    `strikes` is the number of ways to play.
    """
    ways = WAYS[-plan.strikes :]
    plan_of_way = replace(
        plan, messages=plan.messages // len(ways), seconds=plan.seconds / len(ways)
    )
    results = [_play_clock_error(plan_of_way, way) for way in ways]
    return RowResult(
        load=sum(result.load for result in results),
        faults=sum(result.faults for result in results),
        count=_combine(
            zip((way.name for way in ways), (result.count for result in results), strict=True)
        ),
        broken=tuple(promise for result in results for promise in result.broken),
    )


def _play_clock_error(plan: Plan, way: ClockError) -> RowResult:
    plan_of_life = replace(
        plan,
        messages=plan.messages // len(way.lives),
        seconds=plan.seconds / len(way.lives),
        strikes=max(1, plan.messages // len(way.lives) // DEEDS_PER_CUT),
    )
    with (
        temporary_database() as (_, url),
        make_workspace(seed=plan.seed, retries=plan.retries) as sandbox,
    ):
        load = Load(sandbox, [], plan.rng(way.name))
        load.shares = load.shares | {"delete": 10}
        *before, last = way.lives
        for life in before:
            with _live_through(plan_of_life, life, url, load):
                pass  # it leaves unfinished work to the next process
        with _live_through(plan_of_life, last, url, load) as bot:
            sandbox.faults.clear()
            until(lambda: has_settled(sandbox), 60, "every delivery has ended")
            load.post_last_messages()
            broken = [
                f"{way.name}: {promise}"
                for promise in wait_until_quiet(bot) + reconnect_and_wait(bot)
            ]
            return RowResult(
                load.done, plan_of_life.strikes * len(way.lives), bot.count(), tuple(broken)
            )


@contextmanager
def _live_through(plan: Plan, life: ProcessLife, url: str, load: Load) -> Iterator[InProcessBot]:
    """Run one process of the bot with a wrong clock; yield it after people talked and connections were cut."""
    sandbox = load.sandbox
    sandbox.faults.clear()  # if Slack refuses the first calls, the process exits
    wrong_clock = WrongClock(sandbox.clock.now, life.offset, life.drift)
    with run_in_process(sandbox, url, now=wrong_clock.now) as bot:
        load.channels = load.channels or open_incidents(sandbox, 4)
        _break_responses(sandbox)
        talking = load.start(plan.messages, seconds=plan.seconds)
        _cut_and_jump(sandbox, wrong_clock, life, plan.strikes, plan.seconds)
        talking.join()
        yield bot


def _combine(counts: Iterable[tuple[str, Count]]) -> Count:
    """Combine the counts of all ways; each discrepancy says in which way it occurred."""
    total = Count(messages=0, deleted=0, marks=0, commands=0, jobs=0, wrong=())
    for name, count_of_way in counts:
        total = Count(
            messages=total.messages + count_of_way.messages,
            deleted=total.deleted + count_of_way.deleted,
            marks=total.marks + count_of_way.marks,
            commands=total.commands + count_of_way.commands,
            jobs=total.jobs + count_of_way.jobs,
            wrong=(
                *total.wrong,
                *(replace(wrong, told=f"{name}: {wrong.told}") for wrong in count_of_way.wrong),
            ),
        )
    return total
