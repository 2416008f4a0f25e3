"""From settings to a bot that can start: the wiring that several commands share."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import structlog

from bot.config import policy
from bot.config.context import Bot, utcnow
from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.redaction import redact, redact_all
from bot.rendering import team_templates
from handlers import trackers
from storage.engine import schema
from storage.engine.store import Store

_QUIET = {
    "apscheduler": logging.ERROR,  # it warns of each tick that a slow one delays; the next makes up
    "slack_sdk.web.base_client": logging.CRITICAL,  # a failed call reaches us as an error
}


def make_bot(settings: Settings, *, now: Callable[[], datetime] = utcnow) -> Bot:
    """Read the policy, open the database and bring its schema up to date."""
    team = team_policy(settings.debrief_config)
    tracker = trackers.made(settings, team.tickets)
    store = Store(settings.database_url)
    schema.upgrade(store)
    return Bot(store=store, policy=team, now=now, tracker=tracker)


def team_policy(file: Path | None) -> Policy:
    """Read the policy and try the team's own templates; what is wrong with either stops the start."""
    team = policy.load(file)
    team_templates.check(team.postmortem.templates)
    return team


def log_to_stderr(form: Literal["auto", "json", "text"], level: int = logging.INFO) -> None:
    """Diagnostics go to standard error: text where a person looks on, JSON elsewhere."""
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shown: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        # Plain tracebacks: the pretty ones print local variables, and those hold people's words.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _Redacting(logging.Formatter):
    """For what libraries log: an error of theirs may quote what somebody wrote."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))[0]


def _without_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    return dict(redact_all(event))
