"""`debrief run`: the bot in a real workspace, until it is told to stop."""

import os
import sys
from functools import partial
from threading import Timer
from typing import NoReturn

import typer
from pydantic import SecretStr

from bot.cli import signals
from bot.cli.exits import one_line
from bot.cli.making import log_to_stderr, make_bot
from bot.config import settings as environment
from bot.config.context import steady, utcnow
from bot.config.settings import Settings
from handlers.service import Service, Way
from handlers.slack.threads import begin

STARTED = "started"
LAST_RESORT = 8.0  # seconds from the signal to the end, whatever hangs; some kill after ten


def run() -> None:
    """Connect to Slack: Socket Mode with SLACK_APP_TOKEN, HTTP with SLACK_SIGNING_SECRET alone."""
    news = signals.listen()
    with one_line():
        settings = environment.load()
        log_to_stderr(settings.debrief_log)
        for warning in environment.misspelt():
            typer.echo(f"debrief: {warning}", err=True)
        environment.require_slack(settings)
        # Beside this thread, which alone hears signals: a call that hangs must not make it deaf.
        starting = begin(partial(_started, settings), "starting")
        starting.add_done_callback(lambda _: news.put(STARTED))
        told = signals.hear(news) == signals.STOP
        service = None if told else _unless_refused(starting.result())
    if not told:
        signals.wait_for_stop(news)
    _at_the_latest()
    if service is not None:
        service.stop()
    _end()


def _started(settings: Settings) -> Service:
    # A jump of the machine's clock is no jump of ours; what it is off, Slack's answers put right.
    service = Service(make_bot(settings, now=steady()), way(settings))
    service.start()
    return service


def _unless_refused(started: Service | Exception) -> Service:
    if isinstance(started, Exception):
        raise started
    return started


def _at_the_latest() -> None:
    """See to it that the process ends. What Slack was told is committed, so nothing is lost."""
    timer = Timer(LAST_RESORT, _end)
    timer.daemon = True
    timer.start()


def _end() -> NoReturn:
    """End now, without waiting for threads that hang in a call."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def way(settings: Settings) -> Way:
    """How these settings reach Slack."""
    return Way(
        bot_token=_shown(settings.slack_bot_token) or "",
        app_token=_shown(settings.slack_app_token),
        signing_secret=_shown(settings.slack_signing_secret),
        api_url=settings.slack_api_url,
        host=settings.debrief_host,
        port=settings.debrief_port,
        machine_clock=utcnow,
    )


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
