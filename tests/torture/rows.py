"""What is done to the bot, one row of the table each. Every row ends when all is quiet, and counts."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sandbox.clock import Clock
from sandbox.delivery import SLACKS_RETRIES
from sandbox.server import Sandbox
from tests.harness import START
from tests.postgres import postgres_database
from tests.torture import clocks, outages, said, truth
from tests.torture import year as simulated
from tests.torture.clocks import Life, Way, WrongClock
from tests.torture.counting import Count
from tests.torture.load import Load, open_incidents
from tests.torture.passing import expire_claims, make_due
from tests.torture.process import LEAVES_WITHIN as LEAVES
from tests.torture.process import until
from tests.torture.stage import (
    HURRIED,
    QUIET_WITHIN,
    Inside,
    Outside,
    inside,
    outside,
    settled,
    workspace,
)

SLACKS_PACE = timedelta(seconds=1)
RECONNECTED_WITHIN = 60.0  # seconds
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DEEDS_PER_CUT = 40


@dataclass(frozen=True)
class Plan:
    """How much. `postgres` is the address of a server, for the rows that need one."""

    seed: int
    messages: int  # things that people do
    seconds: float  # in which they do them
    strikes: int  # kills, cuts, or how often else something is done
    outage: float = 8.0  # seconds that one lasts, or that its end is waited for
    postings: int = 0  # at least so many should have been sent
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
        compared = self.count.messages and self.count.commands and self.count.postings
        return bool(compared and self.faults and not self.broken and not self.count.wrong)


@contextmanager
def a_file() -> Iterator[tuple[Path, str]]:
    """A folder, and the address of a database in it."""
    with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as name:
        yield Path(name), f"sqlite:///{name}/debrief.db"


def kill(plan: Plan) -> Played:
    """The process is killed at random points of its life, and started again."""
    rng = plan.rng("kill")
    with (
        a_file() as (folder, url),
        workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        outside(sandbox, url, folder) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 6), rng)
        talking = load.start(plan.messages, seconds=plan.seconds)
        for number in range(plan.strikes):
            if number == plan.strikes // 2 and not plan.hurried:
                make_due(url)  # the clock turns every five seconds: short forms do not wait for it
            time.sleep(rng.uniform(0.0, 2 * plan.seconds / plan.strikes))
            bot.programs[0].kill()
            bot.programs[0].start()
        talking.join()
        load.last_words()
        return _recovered(bot, plan)


def replicas(plan: Plan) -> Played:
    """Two processes on PostgreSQL, one of them killed every few seconds, in turn."""
    rng = plan.rng("replicas")
    with (
        postgres_database(plan.postgres) as url,
        a_file() as (folder, _),
        workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        outside(sandbox, url, folder, replicas=2) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 6), rng)
        talking = load.start(plan.messages, seconds=plan.seconds)
        for number in range(plan.strikes):
            make_due(url)
            time.sleep(plan.seconds / plan.strikes)
            struck = bot.programs[number % 2]
            struck.kill()
            struck.start()
        talking.join()
        load.last_words()
        return _recovered(bot, plan)


def _recovered(bot: Outside, plan: Plan) -> Played:
    """Once Slack has given up on the last delivery, a start makes up for what was missed."""
    bot.programs[0].wait_ready()
    until(lambda: settled(bot.sandbox), QUIET_WITHIN, "every delivery has ended")
    slow = [f"{each.name} took {took:.0f} s to leave" for each, took in bot.stop() if took > LEAVES]
    if plan.hurried:
        expire_claims(bot.url)
    for program in bot.programs:
        program.start()
    for program in bot.programs:
        program.wait_ready()
    broken = _quiet(bot)
    return Played(plan.messages, plan.strikes, bot.count(), (*slow, *broken))


def repeats(plan: Plan) -> Played:
    """Each event comes up to five times, under new ids, in any order."""
    with (
        a_file() as (_, url),
        workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        inside(sandbox, url) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("repeats"))
        load.shares = load.shares | {"edit": 30, "mark": 20, "unmark": 15}  # where order matters
        bot.quiet()
        before = len(sandbox.record.deliveries)
        sandbox.faults.on("duplicate", kind="events_api", copies=4, new_ids=True, within=2.0)
        sandbox.faults.on("reorder", kind="events_api", within=1.0)
        load.run(plan.messages, seconds=plan.seconds)
        until(lambda: settled(sandbox), 60, "every delivery has ended")
        repeated = len(sandbox.record.deliveries) - before - plan.messages
        load.last_words()
        broken = _quiet(bot)
        # Slack gives up sooner here than the real one: what came too fast for us is made up for.
        broken += _reconnected(bot)
        return Played(load.done, repeated, bot.count(), tuple(broken))


def slack(plan: Plan) -> Played:
    """Slack refuses, breaks, drops and dawdles while the bot has much to say in many channels."""
    with (
        a_file() as (_, url),
        workspace(seed=plan.seed, retries=plan.retries, strict=True) as sandbox,
        inside(sandbox, url, interval=SLACKS_PACE.total_seconds()) as bot,
    ):
        channels = min(12, plan.messages // 4)
        load = Load(sandbox, open_incidents(sandbox, channels), plan.rng("slack"))
        load.shares = {"command": 70, "say": 30}
        load.commands = {"status": 2, "lead": 3, "sev": 1, "action": 3}
        bad_days(sandbox)
        load.run(plan.messages, seconds=plan.seconds)
        broken = _quiet(bot, plan.outage)
        sandbox.faults.clear()
        count = bot.count()
        failed = sum(not call.ok for call in sandbox.record.calls)
        broken += [each.told for each in said.paced(truth.read(sandbox), SLACKS_PACE)]
        if count.postings < plan.postings:
            broken.append(
                f"only {count.postings} of {plan.postings} postings: a longer load is needed"
            )
        return Played(load.done, failed, count, tuple(broken))


def bad_days(sandbox: Sandbox) -> None:
    on = sandbox.faults.on
    # By chance, and not every third by count: what takes three calls would never get through.
    on("ratelimited", chance=1 / 3, retry_after=1)
    on("server_error", chance=0.05, status=503)
    on("dropped_before", method="chat.postMessage", chance=0.05)
    on("dropped_after", method="chat.postMessage", chance=0.05)
    on("dropped_after", method="chat.update", chance=0.05)
    on("slow", method="chat.postMessage", chance=0.05, seconds=3.0)


def sockets(plan: Plan) -> Played:
    """The links are cut every second; then Slack is away for an hour, and people talk on."""
    with (
        a_file() as (_, url),
        workspace(clock=Clock(START), seed=plan.seed, retries=SLACKS_RETRIES) as sandbox,
        inside(sandbox, url, step=MINUTE) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("sockets"))
        bot.quiet()
        talking = load.start(plan.messages // 2, seconds=plan.seconds)
        for _ in range(plan.strikes):
            time.sleep(plan.seconds / plan.strikes)
            sandbox.cut()
        talking.join()
        broken = _an_hour_away(bot, load, plan.messages // 2)
        return Played(load.done, plan.strikes + 1, bot.count(), tuple(broken))


def _an_hour_away(bot: Inside, load: Load, deeds: int) -> list[str]:
    sandbox = bot.sandbox
    load.shares = load.shares | {"command": 0}  # nobody types in vain for three seconds each
    sandbox.refuse_links(refuse=True)
    sandbox.faults.on("dropped_before")
    sandbox.cut()
    load.run(deeds)
    sandbox.clock.advance(HOUR)
    until(lambda: _given_up(sandbox), 60, "Slack has given up on every delivery")
    sandbox.faults.clear()
    sandbox.refuse_links(refuse=False)
    sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
    return _quiet(bot)


def _given_up(sandbox: Sandbox) -> bool:
    sandbox.clock.advance(MINUTE)
    return settled(sandbox)


def database(plan: Plan) -> Played:
    """The database is locked, read-only, full, gone: nothing is acknowledged that is not stored."""
    with a_file() as (_, url), _database_row(plan, url) as play:
        return play(outages.of_file(url)[-plan.strikes :])


def postgres(plan: Plan) -> Played:
    """The same on PostgreSQL, which cannot be made full from outside."""
    with postgres_database(plan.postgres) as url, _database_row(plan, url) as play:
        return play(outages.of_server(url)[-plan.strikes :])


@contextmanager
def _database_row(plan: Plan, url: str) -> Iterator[Callable[[list[outages.Outage]], Played]]:
    with workspace(seed=plan.seed, retries=plan.retries) as sandbox, inside(sandbox, url) as bot:
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("database"), longer=600)
        bot.quiet()

        def play(all_outages: list[outages.Outage]) -> Played:
            each = plan.messages // len(all_outages)
            broken: list[str] = []
            for outage in all_outages:
                talking = load.start(each, seconds=plan.seconds / len(all_outages))
                broken += outages.suffer(bot, outage, plan.outage)
                talking.join()
                broken += _quiet(bot)
            broken += _reconnected(bot)
            return Played(load.done, len(all_outages), bot.count(), tuple(broken))

        yield play


def year(plan: Plan) -> Played:
    """A year of follow-up (`messages` are its days) on a clock that runs, with the bot away now and then."""
    with a_file() as (_, url):
        lived = simulated.Year(url, plan.rng("year"))
        lived.pass_days(plan.messages, plan.strikes)
    count = Count(
        messages=lived.deeds,
        deleted=0,
        marks=0,
        commands=lived.deeds,
        postings=lived.told,
        wrong=tuple(lived.wrong),
    )
    return Played(lived.deeds, plan.strikes, count)


def clock(plan: Plan) -> Played:
    """The bot's clock is wrong, in one way after the other, while links and answers break.

    `strikes` is how many of the ways are played.
    """
    ways = clocks.WAYS[-plan.strikes :]
    each = replace(plan, messages=plan.messages // len(ways), seconds=plan.seconds / len(ways))
    played = [_wrong_clock(each, way) for way in ways]
    return Played(
        load=sum(one.load for one in played),
        faults=sum(one.faults for one in played),
        count=clocks.together(
            zip((way.name for way in ways), (p.count for p in played), strict=True)
        ),
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
            broken = [f"{way.name}: {told}" for told in _quiet(bot) + _reconnected(bot)]
            return Played(load.done, each.strikes * len(way.lives), bot.count(), tuple(broken))


@contextmanager
def _lived(plan: Plan, life: Life, url: str, load: Load) -> Iterator[Inside]:
    """One process of the bot with a wrong clock, after people have talked and links were cut."""
    sandbox = load.sandbox
    sandbox.faults.clear()  # a start that Slack refuses ends the process
    wrong = WrongClock(sandbox.clock.now, life.offset, life.drift)
    with inside(sandbox, url, now=wrong.now) as bot:
        load.channels = load.channels or open_incidents(sandbox, 4)
        clocks.break_answers(sandbox)
        talking = load.start(plan.messages, seconds=plan.seconds)
        clocks.suffer(sandbox, wrong, life, plan.strikes, plan.seconds)
        talking.join()
        yield bot


def _reconnected(bot: Inside) -> list[str]:
    """What was missed is made up for at a reconnect."""
    bot.sandbox.cut()
    bot.sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
    return _quiet(bot)


def _quiet(bot: Inside | Outside, within: float = QUIET_WITHIN) -> list[str]:
    """Wait until all is said. What is not by then is counted as well, so that it can be seen."""
    try:
        bot.quiet(within)
    except TimeoutError as error:
        return [str(error)]
    return []


@dataclass(frozen=True)
class Row:
    """`long` is what `make torture` plays; `limit` is in seconds."""

    play: Callable[[Plan], Played]
    long: Plan
    limit: int


EVERYTHING = Plan(0, messages=20_000, seconds=600, strikes=200)
LIMIT = 1_500
ROWS: dict[str, Row] = {
    "kill": Row(kill, EVERYTHING, LIMIT),
    "repeats": Row(repeats, replace(EVERYTHING, seconds=900), 1_800),
    "slack": Row(
        slack, Plan(0, messages=600, seconds=60, strikes=1, outage=300, postings=500), 500
    ),
    "sockets": Row(sockets, replace(EVERYTHING, seconds=300, strikes=300), LIMIT),
    "database": Row(database, replace(EVERYTHING, strikes=4, outage=60), LIMIT),
    "postgres": Row(postgres, replace(EVERYTHING, strikes=3, outage=60), LIMIT),
    "replicas": Row(replicas, replace(EVERYTHING, strikes=120), LIMIT),
    "clock": Row(clock, Plan(0, messages=5_000, seconds=250, strikes=len(clocks.WAYS)), LIMIT),
    "year": Row(year, Plan(0, messages=365, seconds=0, strikes=156), LIMIT),
}
ON_POSTGRES = frozenset({"postgres", "replicas"})
