"""`debrief run`: run the bot in a real workspace until it's stopped."""

import os
import sys
from functools import partial
from threading import Timer
from typing import NoReturn

import typer
from pydantic import SecretStr

from bot.cli import signals
from bot.cli.bot_setup import make_bot
from bot.cli.exit_codes import exit_on_error
from bot.cli.logging_setup import log_to_stderr
from bot.config import settings as environment
from bot.config.clock import make_steady_clock, utcnow
from bot.config.settings import Settings
from handlers.service import Service, ServiceSettings
from handlers.slack.threads import run_in_background

STARTED = "started"
FORCED_EXIT_SECONDS = 8.0  # seconds from signal to forced exit; some systems kill after ten


def run() -> None:
    """Run the bot: Socket Mode with SLACK_APP_TOKEN, or HTTP with SLACK_SIGNING_SECRET only."""
    queue = signals.install_handlers()
    with exit_on_error():
        settings = environment.load()
        log_to_stderr(settings.debrief_log)
        for warning in environment.find_misspelt_variables():
            typer.echo(f"debrief: {warning}", err=True)
        environment.require_slack(settings)
        # In another thread, because only this one receives signals, and a hanging call would block them.
        starting = run_in_background(partial(_start_service, settings), "starting")
        starting.add_done_callback(lambda _: queue.put(STARTED))
        is_stopping = signals.wait_for_item(queue) == signals.STOP
        service = None if is_stopping else _raise_if_failed(starting.result())
    if not is_stopping:
        signals.wait_for_stop(queue)
    _schedule_forced_exit()
    if service is not None:
        service.stop()
    _exit_now()


def _start_service(settings: Settings) -> Service:
    # The clock ignores jumps of the machine's clock; Slack's responses correct its offset.
    service = Service(make_bot(settings, now=make_steady_clock()), connection_settings(settings))
    service.start()
    return service


def _raise_if_failed(started: Service | Exception) -> Service:
    if isinstance(started, Exception):
        raise started
    return started


def _schedule_forced_exit() -> None:
    """Force an exit after `FORCED_EXIT_SECONDS`. Acknowledged events are committed, so nothing is lost."""
    timer = Timer(FORCED_EXIT_SECONDS, _exit_now)
    timer.daemon = True
    timer.start()


def _exit_now() -> NoReturn:
    """Exit immediately, without waiting for threads that hang in a call."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def connection_settings(settings: Settings) -> ServiceSettings:
    """Return how to connect to Slack with these settings."""
    return ServiceSettings(
        bot_token=_secret_value(settings.slack_bot_token) or "",
        app_token=_secret_value(settings.slack_app_token),
        signing_secret=_secret_value(settings.slack_signing_secret),
        api_url=settings.slack_api_url,
        host=settings.debrief_host,
        port=settings.debrief_port,
        machine_clock=utcnow,
    )


def _secret_value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
