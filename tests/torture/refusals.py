"""The row `refusals`: Slack refuses each call at random while people work, and everybody hears of theirs.

What was to happen is read from what people typed and from Slack, never from what the bot believes.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.server import Sandbox
from storage import outbox
from tests.support.harness import START
from tests.torture import reported, slack_errors
from tests.torture.load import PEOPLE, Load, open_incidents
from tests.torture.plans import RECONNECTED_WITHIN, Plan, Played, a_file
from tests.torture.process import until
from tests.torture.stage import QUIET_WITHIN, Inside, inside, settled, workspace
from tests.torture.wrongs import Wrong

COMMANDS = {"update": 3, "action": 3, "lead": 3, "declare": 2, "resolve": 1, "status": 1, "sev": 1, "note": 1, "impact": 1}  # fmt: skip
CHANCE = 0.2  # of each call to be refused
# With these Slack says that it's so already: nothing was refused.
ALREADY_SO = {"already_in_channel", "already_pinned", "cant_invite_self"}
IDLE = 6  # looks; the bot looks for work twice a second
ADOPTED = 3  # incidents in channels that were there before
MINUTE = timedelta(minutes=1)


@dataclass(eq=False)
class AtWork(Load):
    """People who work in every channel there is, also those that were just created."""

    def _command(self) -> None:
        with self.sandbox.state.lock:
            made = [
                each.id for each in self.sandbox.state.channels.values() if reported.is_ours(each)
            ]
            self.channels = [*self.channels[:ADOPTED], *made]
        super()._command()

    def _line(self, word: str) -> str:
        lines = {
            "update": lambda: f"update 30m {self._text('we drain pump')}",
            "declare": lambda: f"declare P2 {self._text('broken valve')}",
            "resolve": lambda: f"resolve {self._text('replaced valve')}",
        }
        return lines[word]() if word in lines else super()._line(word)


def refusals(plan: Plan) -> Played:
    """Each method is refused with each error that Slack documents for it, one call of five."""
    with (
        a_file() as (_, url),
        workspace(clock=Clock(START), seed=plan.seed, retries=plan.retries) as sandbox,
        inside(sandbox, url) as bot,
    ):
        channels = open_incidents(sandbox, ADOPTED)
        load = AtWork(sandbox, channels, plan.rng("refusals"), dict(COMMANDS))
        load.shares = {"command": 80, "say": 15, "mark": 5}
        _introduce(bot, channels[0])
        refuse(sandbox)
        load.run(plan.messages, seconds=plan.seconds)
        broken = _quiet(bot)
        sandbox.faults.clear()
        refused = sum(not call.ok for call in sandbox.record.calls)
        sandbox.cut()
        sandbox.wait_connected(timeout=RECONNECTED_WITHIN)
        broken += _quiet(bot)
        untold = tuple(reported.missing(sandbox))
        broken += _end_without_channel(bot) + _cured(bot)
        count = bot.count()
        # What was refused at first comes after what was not.
        wrong = [each for each in count.wrong if each.wrong is not Wrong.DISORDERLY]
        count = replace(count, wrong=(*untold, *wrong))
        broken += _endless(bot)
        return Played(load.done, refused, count, tuple(broken))


def _introduce(bot: Inside, channel: str) -> None:
    """Have the bot know everybody: no mark is taken of a stranger whom Slack says nothing about."""
    for person in PEOPLE:
        bot.sandbox.workspace.command(person, channel, "/incident", "actions")
    bot.quiet()


def _quiet(bot: Inside) -> list[str]:
    """Wait until all is said. What waits for Slack waits minutes: they pass while nothing else is done."""
    idle = 0

    def look() -> bool:
        nonlocal idle
        if settled(bot.sandbox) and bot.service.is_quiet():
            return True
        idle = 0 if bot.service.is_busy() else idle + 1
        if idle > IDLE:
            bot.sandbox.clock.advance(MINUTE)
            idle = 0
        return False

    try:
        until(look, 2 * QUIET_WITHIN, "the bot is quiet")
    except TimeoutError as error:
        return [str(error)]
    return []


def refuse(sandbox: Sandbox) -> None:
    for method, own in slack_errors.OF_METHOD.items():
        errors = [each for each in (*slack_errors.COMMON, *own) if each not in ALREADY_SO]
        for error in errors:
            sandbox.faults.on("error", method=method, error=error, chance=CHANCE / len(errors))


def _end_without_channel(bot: Inside) -> list[str]:
    """Of the incidents that have no channel, give every other one a channel, and cancel the others."""
    ws, broken = bot.sandbox.workspace, []
    for number, line in enumerate(each for each in _listed(bot) if "no channel yet" in each):
        key, room = _key(line), ws.add_channel(f"room-{number}", members=PEOPLE)
        word, answer = ("here", "now holds") if number % 2 else ("cancel a drill", "cancelled")
        told = ws.command(PEOPLE[number % len(PEOPLE)], room, "/incident", f"{key} {word}").text
        broken += [] if answer in told else [f"{key} {word}: {told}"]
    return broken + _quiet(bot)


def _cured(bot: Inside) -> list[str]:
    """What an operator does once the reasons are gone: `debrief outbox --retry`."""
    with bot.store.begin() as session:
        outbox.retry_set_aside(session)
    return _quiet(bot)


def _endless(bot: Inside) -> list[str]:
    """Cancel each incident that is listed, in its channel; those that are listed still are broken."""
    ws = bot.sandbox.workspace
    while lines := _listed(bot):
        for line in lines:
            place = re.search(r"<#(\w+)>", line)
            ws.command(
                PEOPLE[0], place[1] if place else "incidents", "/incident", f"{_key(line)} cancel"
            )
        if _listed(bot) == lines:
            return [f"{line} cannot be ended" for line in lines]
    return []


def _key(line: str) -> str:
    return line.split()[1]


def _listed(bot: Inside) -> list[str]:
    told = str(bot.sandbox.workspace.command(PEOPLE[0], "incidents", "/incident", "list").text)
    return [line for line in told.splitlines() if line.startswith("• INC-")]
