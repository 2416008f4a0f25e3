"""`debrief run`: the bot in a real workspace, until it is told to stop."""

import signal
from threading import Event

import typer
from pydantic import SecretStr

from bot import settings as environment
from bot.cli.exits import one_line
from bot.cli.making import log_to_stderr, make_bot
from bot.settings import Settings
from handlers.service import Service, Way


def run() -> None:
    """Connect to Slack: Socket Mode with SLACK_APP_TOKEN, HTTP with SLACK_SIGNING_SECRET alone."""
    stopping = Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stopping.set())
    with one_line():
        settings = environment.load()
        log_to_stderr(settings.debrief_log)
        for warning in environment.misspelt():
            typer.echo(f"debrief: {warning}", err=True)
        environment.require_slack(settings)
        service = Service(make_bot(settings), way(settings))
        service.start()
    stopping.wait()
    service.stop()


def way(settings: Settings) -> Way:
    """How these settings reach Slack."""
    return Way(
        bot_token=_shown(settings.slack_bot_token) or "",
        app_token=_shown(settings.slack_app_token),
        signing_secret=_shown(settings.slack_signing_secret),
        api_url=settings.slack_api_url,
        host=settings.debrief_host,
        port=settings.debrief_port,
    )


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
