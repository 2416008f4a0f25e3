"""The row `refusals`: Slack refuses calls at random while people work, and everyone hears about theirs.

What should have happened is read from what people typed and from Slack, never from the bot's
database.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.server import Sandbox
from storage import outbox
from tests.support.harness import START
from tests.torture import compare_reports, slack_errors
from tests.torture.discrepancies import DiscrepancyKind
from tests.torture.environments import (
    QUIET_WITHIN,
    InProcessBot,
    has_settled,
    make_workspace,
    run_in_process,
)
from tests.torture.load import PEOPLE, Load, open_incidents
from tests.torture.plans import RECONNECTED_WITHIN, Plan, RowResult, temporary_database
from tests.torture.process import until

COMMANDS = {"update": 3, "action": 3, "lead": 3, "declare": 2, "resolve": 1, "status": 1, "sev": 1, "note": 1, "impact": 1}  # fmt: skip
CHANCE = 0.2  # probability that a call is refused
# Slack's errors for calls that change nothing, because the goal is already reached.
ALREADY_SO = {"already_in_channel", "already_pinned", "cant_invite_self"}
IDLE = 6  # checks; the bot looks for work twice a second
ADOPTED = 3  # incidents in channels that existed before
MINUTE = timedelta(minutes=1)


@dataclass(eq=False)
class WorkingPeople(Load):
    """People who work in every channel, including those that were just created."""

    def _command(self) -> None:
        with self.sandbox.state.lock:
            created = [
                channel.id
                for channel in self.sandbox.state.channels.values()
                if compare_reports.is_ours(channel)
            ]
            self.channels = [*self.channels[:ADOPTED], *created]
        super()._command()

    def _line(self, word: str) -> str:
        lines = {
            "update": lambda: f"update 30m {self._text('we drain pump')}",
            "declare": lambda: f"declare P2 {self._text('broken valve')}",
            "resolve": lambda: f"resolve {self._text('replaced valve')}",
        }
        return lines[word]() if word in lines else super()._line(word)


def refusals(plan: Plan) -> RowResult:
    """Refuse one call in five, with each error that Slack documents for its method."""
    with (
        temporary_database() as (_, url),
        make_workspace(clock=Clock(START), seed=plan.seed, retries=plan.retries) as sandbox,
        run_in_process(sandbox, url) as bot,
    ):
        channels = open_incidents(sandbox, ADOPTED)
        load = WorkingPeople(sandbox, channels, plan.rng("refusals"), dict(COMMANDS))
        load.shares = {"command": 80, "say": 15, "mark": 5}
        _introduce(bot, channels[0])
        refuse(sandbox)
        load.run(plan.messages, seconds=plan.seconds)
        broken = _quiet(bot)
        sandbox.faults.clear()
        failed_calls = sum(not call.ok for call in sandbox.record.calls)
        sandbox.cut()
        sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
        broken += _quiet(bot)
        unreported = tuple(compare_reports.unreported_requests(sandbox))
        broken += _end_without_channel(bot) + _retry_set_aside(bot)
        count = bot.count()
        # Jobs that were refused at first are posted after later ones.
        wrong = [
            discrepancy
            for discrepancy in count.wrong
            if discrepancy.wrong is not DiscrepancyKind.DISORDERLY
        ]
        count = replace(count, wrong=(*unreported, *wrong))
        broken += _uncancellable(bot)
        return RowResult(load.done, failed_calls, count, tuple(broken))


def _introduce(bot: InProcessBot, channel: str) -> None:
    """Let the bot get to know everyone: it ignores marks of people Slack refuses to describe."""
    for person in PEOPLE:
        bot.sandbox.workspace.command(person, channel, "/incident", "actions")
    bot.quiet()


def _quiet(bot: InProcessBot) -> list[str]:
    """Wait until the bot is quiet.

    Waiting for Slack takes minutes, which pass on the clock while nothing else happens.
    """
    idle = 0

    def is_quiet() -> bool:
        nonlocal idle
        if has_settled(bot.sandbox) and bot.service.is_quiet():
            return True
        idle = 0 if bot.service.is_busy() else idle + 1
        if idle > IDLE:
            bot.sandbox.clock.advance(MINUTE)
            idle = 0
        return False

    try:
        until(is_quiet, 2 * QUIET_WITHIN, "the bot is quiet")
    except TimeoutError as error:
        return [str(error)]
    return []


def refuse(sandbox: Sandbox) -> None:
    for method, own in slack_errors.OF_METHOD.items():
        errors = [
            known_error
            for known_error in (*slack_errors.COMMON, *own)
            if known_error not in ALREADY_SO
        ]
        for error in errors:
            sandbox.faults.on("error", method=method, error=error, chance=CHANCE / len(errors))


def _end_without_channel(bot: InProcessBot) -> list[str]:
    """Give every other incident without a channel a channel, and cancel the rest."""
    ws, broken = bot.sandbox.workspace, []
    for number, line in enumerate(entry for entry in _list_open(bot) if "no channel yet" in entry):
        key, channel = _key(line), ws.add_channel(f"room-{number}", members=PEOPLE)
        word, answer = (
            ("here", "now the channel for") if number % 2 else ("cancel a drill", "cancelled")
        )
        answer_text = ws.command(
            PEOPLE[number % len(PEOPLE)], channel, "/incident", f"{key} {word}"
        ).text
        broken += [] if answer in answer_text else [f"{key} {word}: {answer_text}"]
    return broken + _quiet(bot)


def _retry_set_aside(bot: InProcessBot) -> list[str]:
    """Do as an operator would once the causes are gone: `debrief outbox --retry`."""
    with bot.store.begin() as session:
        outbox.retry_set_aside(session)
    return _quiet(bot)


def _uncancellable(bot: InProcessBot) -> list[str]:
    """Cancel each open incident in its channel; return those that remain open."""
    ws = bot.sandbox.workspace
    while lines := _list_open(bot):
        for line in lines:
            channel_link = re.search(r"<#(\w+)>", line)
            ws.command(
                PEOPLE[0],
                channel_link[1] if channel_link else "incidents",
                "/incident",
                f"{_key(line)} cancel",
            )
        if _list_open(bot) == lines:
            return [f"{line} cannot be ended" for line in lines]
    return []


def _key(line: str) -> str:
    return line.split()[1]


def _list_open(bot: InProcessBot) -> list[str]:
    answer = str(bot.sandbox.workspace.command(PEOPLE[0], "incidents", "/incident", "list").text)
    return [line for line in answer.splitlines() if line.startswith("• INC-")]
