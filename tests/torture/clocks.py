"""Ways in which the bot's clock can differ from Slack's, for the row `clock`."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.server import Sandbox
from tests.torture.counting import Count

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


def break_answers(sandbox: Sandbox) -> None:
    """Slack does what it is asked and its answer is lost; events are lost too, for good now and then."""
    on = sandbox.faults.on
    on("dropped_after", method="chat.postMessage", chance=0.2)
    on("dropped_after", method="chat.update", chance=0.05)
    on("server_error", chance=0.05, status=503)
    on("dropped_before", kind="events_api", chance=0.25)


def suffer(sandbox: Sandbox, clock: WrongClock, life: Life, cuts: int, seconds: float) -> None:
    """Cut the links so often in so many seconds, and let the clock jump in between."""
    jumps = list(life.jumps)
    for left in range(cuts, 0, -1):
        time.sleep(seconds / cuts)
        for _ in range(len(jumps) // left):
            clock.offset += jumps.pop(0)
        sandbox.cut()


def together(counts: Iterable[tuple[str, Count]]) -> Count:
    """The counts of all ways as one; each discrepancy says in which way it came."""
    total = Count(messages=0, deleted=0, marks=0, commands=0, postings=0, wrong=())
    for name, each in counts:
        total = Count(
            messages=total.messages + each.messages,
            deleted=total.deleted + each.deleted,
            marks=total.marks + each.marks,
            commands=total.commands + each.commands,
            postings=total.postings + each.postings,
            wrong=(
                *total.wrong,
                *(replace(wrong, told=f"{name}: {wrong.told}") for wrong in each.wrong),
            ),
        )
    return total
