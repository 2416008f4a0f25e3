"""Checks of `debrief doctor` for the issue tracker: whether its token has access."""

from collections.abc import Iterator

from bot.cli.doctor_finding import CheckState, Finding
from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.domain.errors import BotError
from handlers import trackers

NAME = "tickets"


def check_tracker(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Query the tracker once, without changing anything.

    Without a tracker, there are no findings.
    """
    try:
        tracker = trackers.build_tracker(settings, policy.tickets)
        if tracker is None:
            return
        problem = tracker.check()
    except BotError as error:
        yield Finding(NAME, CheckState.FAILED, error.plain)
        return
    name = policy.tickets.repository or policy.tickets.project
    text = problem or f"{tracker.kind.label}: {name} can be accessed"
    yield Finding(NAME, CheckState.FAILED if problem else CheckState.OK, text)
