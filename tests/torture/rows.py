"""The rows of the table: each does something to the bot, waits until all is quiet, and counts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.delivery import RETRY_DELAYS
from sandbox.server import Sandbox
from tests.support.harness import START
from tests.support.postgres import postgres_database
from tests.torture import clocks, compare_posts, outages, refusals, truth
from tests.torture import year as simulated
from tests.torture.counting import Count
from tests.torture.environments import (
    QUIET_WITHIN,
    BotProcesses,
    InProcessBot,
    has_settled,
    make_workspace,
    run_in_process,
    run_processes,
)
from tests.torture.load import Load, open_incidents
from tests.torture.plans import (
    RECONNECTED_WITHIN,
    Plan,
    RowResult,
    reconnect_and_wait,
    temporary_database,
    wait_until_quiet,
)
from tests.torture.process import LEAVES_WITHIN as LEAVES
from tests.torture.process import until
from tests.torture.time_travel import expire_claims, make_due

SLACKS_PACE = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def kill(plan: Plan) -> RowResult:
    """Kill the process at random points and start it again."""
    rng = plan.rng("kill")
    with (
        temporary_database() as (folder, url),
        make_workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        run_processes(sandbox, url, folder) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 6), rng)
        talking = load.start(plan.messages, seconds=plan.seconds)
        for number in range(plan.strikes):
            if number == plan.strikes // 2 and not plan.hurried:
                make_due(
                    url
                )  # the scheduler runs every five seconds, and short forms don't wait for it
            time.sleep(rng.uniform(0.0, 2 * plan.seconds / plan.strikes))
            bot.programs[0].kill()
            bot.programs[0].start()
        talking.join()
        load.post_last_messages()
        return _recover(bot, plan)


def replicas(plan: Plan) -> RowResult:
    """Run two processes on PostgreSQL, and kill one of them every few seconds, in turn."""
    rng = plan.rng("replicas")
    with (
        postgres_database(plan.postgres) as url,
        temporary_database() as (folder, _),
        make_workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        run_processes(sandbox, url, folder, replicas=2) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 6), rng)
        talking = load.start(plan.messages, seconds=plan.seconds)
        for number in range(plan.strikes):
            make_due(url)
            time.sleep(plan.seconds / plan.strikes)
            program = bot.programs[number % 2]
            program.kill()
            program.start()
        talking.join()
        load.post_last_messages()
        return _recover(bot, plan)


def _recover(bot: BotProcesses, plan: Plan) -> RowResult:
    """Restart after Slack has given up on the last delivery, so that missed messages are fetched."""
    bot.programs[0].wait_ready()
    until(lambda: has_settled(bot.sandbox), QUIET_WITHIN, "every delivery has ended")
    slow = [
        f"{program.name} took {seconds:.0f} s to leave"
        for program, seconds in bot.stop()
        if seconds > LEAVES
    ]
    if plan.hurried:
        expire_claims(bot.url)
    for program in bot.programs:
        program.start()
    for program in bot.programs:
        program.wait_ready()
    broken = wait_until_quiet(bot)
    return RowResult(plan.messages, plan.strikes, bot.count(), (*slow, *broken))


def repeats(plan: Plan) -> RowResult:
    """Deliver each event up to five times, with new IDs, in any order."""
    with (
        temporary_database() as (_, url),
        make_workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        run_in_process(sandbox, url) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("repeats"))
        load.shares = load.shares | {
            "edit": 30,
            "mark": 20,
            "unmark": 15,
        }  # actions whose order matters
        bot.quiet()
        before = len(sandbox.record.deliveries)
        sandbox.faults.on("duplicate", kind="events_api", copies=4, new_ids=True, within=2.0)
        sandbox.faults.on("reorder", kind="events_api", within=1.0)
        load.run(plan.messages, seconds=plan.seconds)
        until(lambda: has_settled(sandbox), 60, "every delivery has ended")
        repeated = len(sandbox.record.deliveries) - before - plan.messages
        load.post_last_messages()
        broken = wait_until_quiet(bot)
        # Slack's retries end sooner here than in reality; what was missed is fetched on
        # reconnecting.
        broken += reconnect_and_wait(bot)
        return RowResult(load.done, repeated, bot.count(), tuple(broken))


def slack(plan: Plan) -> RowResult:
    """Slack refuses, fails, drops and delays calls while the bot posts to many channels."""
    with (
        temporary_database() as (_, url),
        make_workspace(seed=plan.seed, retries=plan.retries, strict=True) as sandbox,
        run_in_process(sandbox, url, interval=SLACKS_PACE.total_seconds()) as bot,
    ):
        channels = min(12, plan.messages // 4)
        load = Load(sandbox, open_incidents(sandbox, channels), plan.rng("slack"))
        load.shares = {"command": 70, "say": 30}
        load.commands = {"status": 2, "lead": 3, "sev": 1, "action": 3}
        add_faults(sandbox)
        load.run(plan.messages, seconds=plan.seconds)
        broken = wait_until_quiet(bot, plan.outage)
        sandbox.faults.clear()
        count = bot.count()
        failed = sum(not call.ok for call in sandbox.record.calls)
        broken += [
            discrepancy.told
            for discrepancy in compare_posts.compare_pace(truth.read(sandbox), SLACKS_PACE)
        ]
        if count.jobs < plan.jobs:
            broken.append(f"only {count.jobs} of {plan.jobs} postings: a longer load is needed")
        return RowResult(load.done, failed, count, tuple(broken))


def add_faults(sandbox: Sandbox) -> None:
    on = sandbox.faults.on
    # At random instead of every third call, because a task that takes three calls would never
    # succeed.
    on("ratelimited", chance=1 / 3, retry_after=1)
    on("server_error", chance=0.05, status=503)
    on("dropped_before", method="chat.postMessage", chance=0.05)
    on("dropped_after", method="chat.postMessage", chance=0.05)
    on("dropped_after", method="chat.update", chance=0.05)
    on("slow", method="chat.postMessage", chance=0.05, seconds=3.0)


def sockets(plan: Plan) -> RowResult:
    """Cut the connections every second; then Slack is unreachable for an hour while people keep talking."""
    with (
        temporary_database() as (_, url),
        make_workspace(clock=Clock(START), seed=plan.seed, retries=RETRY_DELAYS) as sandbox,
        run_in_process(sandbox, url, step=MINUTE) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("sockets"))
        bot.quiet()
        talking = load.start(plan.messages // 2, seconds=plan.seconds)
        for _ in range(plan.strikes):
            time.sleep(plan.seconds / plan.strikes)
            sandbox.cut()
        talking.join()
        broken = _hour_without_slack(bot, load, plan.messages // 2)
        return RowResult(load.done, plan.strikes + 1, bot.count(), tuple(broken))


def _hour_without_slack(bot: InProcessBot, load: Load, deeds: int) -> list[str]:
    sandbox = bot.sandbox
    load.shares = load.shares | {"command": 0}  # a command would wait three seconds in vain
    sandbox.refuse_links(refuse=True)
    sandbox.faults.on("dropped_before")
    sandbox.cut()
    load.run(deeds)
    sandbox.clock.advance(HOUR)
    until(lambda: _has_given_up(sandbox), 60, "Slack has given up on every delivery")
    sandbox.faults.clear()
    sandbox.refuse_links(refuse=False)
    sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
    return wait_until_quiet(bot)


def _has_given_up(sandbox: Sandbox) -> bool:
    sandbox.clock.advance(MINUTE)
    return has_settled(sandbox)


def database(plan: Plan) -> RowResult:
    """The database is locked, read-only, full or gone; nothing is acknowledged that isn't stored."""
    with temporary_database() as (_, url), _database_row(plan, url) as play:
        return play(outages.of_file(url)[-plan.strikes :])


def postgres(plan: Plan) -> RowResult:
    """The same on PostgreSQL, which can't be filled from outside."""
    with postgres_database(plan.postgres) as url, _database_row(plan, url) as play:
        return play(outages.of_server(url)[-plan.strikes :])


@contextmanager
def _database_row(plan: Plan, url: str) -> Iterator[Callable[[list[outages.Outage]], RowResult]]:
    with (
        make_workspace(seed=plan.seed, retries=plan.retries) as sandbox,
        run_in_process(sandbox, url) as bot,
    ):
        load = Load(sandbox, open_incidents(sandbox, 4), plan.rng("database"), longer=600)
        bot.quiet()

        def play(all_outages: list[outages.Outage]) -> RowResult:
            actions_per_outage = plan.messages // len(all_outages)
            broken: list[str] = []
            for outage in all_outages:
                talking = load.start(actions_per_outage, seconds=plan.seconds / len(all_outages))
                broken += outages.cause_outage(bot, outage, plan.outage)
                talking.join()
                broken += wait_until_quiet(bot)
            broken += reconnect_and_wait(bot)
            return RowResult(load.done, len(all_outages), bot.count(), tuple(broken))

        yield play


def year(plan: Plan) -> RowResult:
    """A year of follow-up (`messages` is its days) on a running clock, with the bot down now and then."""
    with temporary_database() as (_, url):
        simulation = simulated.Year(url, plan.rng("year"))
        simulation.pass_days(plan.messages, plan.strikes)
    count = Count(
        messages=simulation.actions,
        deleted=0,
        marks=0,
        commands=simulation.actions,
        jobs=simulation.told,
        wrong=tuple(simulation.wrong),
    )
    return RowResult(simulation.actions, plan.strikes, count)


@dataclass(frozen=True)
class Row:
    """`long` is the plan of `make torture`; `limit` is in seconds."""

    play: Callable[[Plan], RowResult]
    long: Plan
    limit: int


EVERYTHING = Plan(0, messages=20_000, seconds=600, strikes=200)
LIMIT = 1_500
ROWS: dict[str, Row] = {
    "kill": Row(kill, EVERYTHING, LIMIT),
    "repeats": Row(repeats, replace(EVERYTHING, seconds=900), 1_800),
    "slack": Row(slack, Plan(0, messages=600, seconds=60, strikes=1, outage=300, jobs=500), 500),
    "sockets": Row(sockets, replace(EVERYTHING, seconds=300, strikes=300), LIMIT),
    "database": Row(database, replace(EVERYTHING, strikes=4, outage=60), LIMIT),
    "postgres": Row(postgres, replace(EVERYTHING, strikes=3, outage=60), LIMIT),
    "replicas": Row(replicas, replace(EVERYTHING, strikes=120), LIMIT),
    "clock": Row(
        clocks.clock, Plan(0, messages=5_000, seconds=250, strikes=len(clocks.WAYS)), LIMIT
    ),
    "refusals": Row(refusals.refusals, Plan(0, messages=2_000, seconds=120, strikes=1), LIMIT),
    "year": Row(year, Plan(0, messages=365, seconds=0, strikes=156), LIMIT),
}
ON_POSTGRES = frozenset({"postgres", "replicas"})
