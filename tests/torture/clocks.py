"""The row `clock`: ways in which the bot's clock can differ from Slack's, played one after the other."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.server import Sandbox
from tests.torture.counting import Count
from tests.torture.load import Load, open_incidents
from tests.torture.plans import Plan, Played, a_file, quiet, reconnected
from tests.torture.process import until
from tests.torture.stage import Inside, inside, settled, workspace

DEEDS_PER_CUT = 40
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """One process of the bot: its clock's error at start, jumps spread over its life, drift per second."""

    offset: timedelta = timedelta(0)
    jumps: tuple[timedelta, ...] = ()
    drift: float = 0.0


@dataclass(frozen=True)
class Way:
    """`lives` are processes, one after the other, on one database."""

    name: str
    lives: tuple[Life, ...]


WAYS = (
    Way("90 s ahead", (Life(timedelta(seconds=90)),)),
    Way("120 s ahead", (Life(2 * MINUTE),)),
    Way("an hour ahead", (Life(HOUR),)),
    Way("an hour behind", (Life(-HOUR),)),
    Way("a day behind", (Life(-DAY),)),
    Way("a day ahead", (Life(DAY),)),
    Way("drifting", (Life(drift=30.0), Life(-20 * MINUTE, drift=-30.0))),
    Way("restarted with another error", (Life(DAY), Life(-DAY), Life(15 * MINUTE))),
    Way("jumping", (Life(jumps=(HOUR, -HOUR, -DAY, DAY, DAY, -HOUR)),)),
    Way("900 s ahead", (Life(15 * MINUTE),)),
)


@dataclass(eq=False)
class WrongClock:
    """The right time, an error, and the error's drift in seconds a second."""

    right: Callable[[], datetime]
    offset: timedelta
    drift: float
    _since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._since = self.right()

    def now(self) -> datetime:
        at = self.right()
        return at + self.offset + self.drift * (at - self._since)


def _break_answers(sandbox: Sandbox) -> None:
    """Slack does what it is asked and its answer is lost; events are lost too, for good now and then."""
    on = sandbox.faults.on
    on("dropped_after", method="chat.postMessage", chance=0.2)
    on("dropped_after", method="chat.update", chance=0.05)
    on("server_error", chance=0.05, status=503)
    on("dropped_before", kind="events_api", chance=0.25)


def _suffer(sandbox: Sandbox, clock: WrongClock, life: Life, cuts: int, seconds: float) -> None:
    """Cut the links so often in so many seconds, and let the clock jump in between."""
    jumps = list(life.jumps)
    for left in range(cuts, 0, -1):
        time.sleep(seconds / cuts)
        for _ in range(len(jumps) // left):
            clock.offset += jumps.pop(0)
        sandbox.cut()


def clock(plan: Plan) -> Played:
    """The bot's clock is wrong, in one way after the other, while links and answers break.

    `strikes` is how many of the ways are played.
    """
    ways = WAYS[-plan.strikes :]
    each = replace(plan, messages=plan.messages // len(ways), seconds=plan.seconds / len(ways))
    played = [_wrong_clock(each, way) for way in ways]
    return Played(
        load=sum(one.load for one in played),
        faults=sum(one.faults for one in played),
        count=_together(zip((way.name for way in ways), (p.count for p in played), strict=True)),
        broken=tuple(told for one in played for told in one.broken),
    )


def _wrong_clock(plan: Plan, way: Way) -> Played:
    each = replace(
        plan,
        messages=plan.messages // len(way.lives),
        seconds=plan.seconds / len(way.lives),
        strikes=max(1, plan.messages // len(way.lives) // DEEDS_PER_CUT),
    )
    with a_file() as (_, url), workspace(seed=plan.seed, retries=plan.retries) as sandbox:
        load = Load(sandbox, [], plan.rng(way.name))
        load.shares = load.shares | {"delete": 10}
        *before, last = way.lives
        for life in before:
            with _lived(each, life, url, load):
                pass  # it leaves what it has not done to the next process
        with _lived(each, last, url, load) as bot:
            sandbox.faults.clear()
            until(lambda: settled(sandbox), 60, "every delivery has ended")
            load.last_words()
            broken = [f"{way.name}: {told}" for told in quiet(bot) + reconnected(bot)]
            return Played(load.done, each.strikes * len(way.lives), bot.count(), tuple(broken))


@contextmanager
def _lived(plan: Plan, life: Life, url: str, load: Load) -> Iterator[Inside]:
    """One process of the bot with a wrong clock, after people have talked and links were cut."""
    sandbox = load.sandbox
    sandbox.faults.clear()  # a start that Slack refuses ends the process
    wrong = WrongClock(sandbox.clock.now, life.offset, life.drift)
    with inside(sandbox, url, now=wrong.now) as bot:
        load.channels = load.channels or open_incidents(sandbox, 4)
        _break_answers(sandbox)
        talking = load.start(plan.messages, seconds=plan.seconds)
        _suffer(sandbox, wrong, life, plan.strikes, plan.seconds)
        talking.join()
        yield bot


def _together(counts: Iterable[tuple[str, Count]]) -> Count:
    """The counts of all ways as one; each discrepancy says in which way it came."""
    total = Count(messages=0, deleted=0, marks=0, commands=0, jobs=0, wrong=())
    for name, each in counts:
        total = Count(
            messages=total.messages + each.messages,
            deleted=total.deleted + each.deleted,
            marks=total.marks + each.marks,
            commands=total.commands + each.commands,
            jobs=total.jobs + each.jobs,
            wrong=(
                *total.wrong,
                *(replace(wrong, told=f"{name}: {wrong.told}") for wrong in each.wrong),
            ),
        )
    return total
