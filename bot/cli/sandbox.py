"""`debrief sandbox`: a local workspace with a web page to type in."""

import logging
from typing import Annotated

import typer

from bot.cli import signals
from bot.cli.exits import exit_on_error
from bot.cli.findings import MANIFEST
from bot.cli.local import start_local_bot
from bot.cli.making import log_to_stderr
from sandbox import player
from sandbox.looks.routes import routes
from sandbox.server import Sandbox

STORY = "checkout"  # its people and channels are used, but it isn't played


def sandbox(
    port: Annotated[int, typer.Option(help="Port of the page; 0 picks any free port.")] = 8765,
) -> None:
    """Run a local Slack workspace with the bot in it, and a web page to use it."""
    log_to_stderr("auto", logging.WARNING)
    news = signals.install_handlers()
    with exit_on_error():
        workspace = Sandbox(MANIFEST, port=port)
        workspace.routes += routes(workspace)
        with start_local_bot(workspace, "sqlite://"):
            player.furnish(player.load(STORY), workspace)
            typer.echo(f"The workspace is running at {workspace.url}/  Press Ctrl-C to stop.")
            signals.wait_for_stop(news)
