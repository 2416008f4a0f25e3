"""What can be checked of the team's tracker: whether its token reaches what the policy names."""

from collections.abc import Iterator

from bot.cli.findings import Finding, State
from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.domain.errors import BotError
from handlers import trackers

NAME = "tickets"


def tickets(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Nothing where the policy names no tracker; else one question to it, which changes nothing there."""
    try:
        tracker = trackers.made(settings, policy.tickets)
        if tracker is None:
            return
        doubt = tracker.check()
    except BotError as trouble:
        yield Finding(NAME, State.FAILED, trouble.plain)
        return
    where = policy.tickets.repository or policy.tickets.project
    told = doubt or f"{tracker.kind.label} shows us {where}"
    yield Finding(NAME, State.FAILED if doubt else State.OK, told)
