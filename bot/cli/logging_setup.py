"""Logging to standard error, without secrets or people's messages."""

import logging
import os
import sys
from typing import Literal

import structlog

from bot.redaction import redact, redact_all

_LIBRARY_LEVELS = {
    "apscheduler": logging.ERROR,  # it warns about delayed runs, but the next one makes up for them
    "slack_sdk.web.base_client": logging.CRITICAL,  # a failed call raises an error anyway
}


def log_to_stderr(form: Literal["auto", "json", "text"], level: int = logging.INFO) -> None:
    """Log to standard error: as text in a terminal, else as JSON."""
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        # Plain tracebacks: the pretty ones print local variables, which contain people's messages.
        else structlog.dev.ConsoleRenderer(
            colors=_wants_colors(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name, library_level in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(library_level)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _wants_colors() -> bool:
    """Return whether to color the log; https://no-color.org."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


class _Redacting(logging.Formatter):
    """A formatter for libraries' log messages, whose errors may quote people's messages."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))[0]


def _without_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    return dict(redact_all(event))
