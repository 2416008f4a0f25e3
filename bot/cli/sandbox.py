"""`debrief sandbox`: a local workspace with a web page to type in."""

import logging
from typing import Annotated

import typer

from bot.cli import signals
from bot.cli.exit_codes import exit_on_error
from bot.cli.local_bot import start_local_bot
from bot.cli.logging_setup import log_to_stderr
from bot.cli.manifest import MANIFEST
from sandbox import player
from sandbox.server import Sandbox
from sandbox.web_client.routes import routes

STORY = "checkout"  # its people and channels are used, but it isn't played


def sandbox(
    port: Annotated[
        int, typer.Option(help="Port for the sandbox page; 0 picks any free port.")
    ] = 8765,
) -> None:
    """Run a local Slack workspace with the bot in it, and a web page to use it."""
    log_to_stderr("auto", logging.WARNING)
    queue = signals.install_handlers()
    with exit_on_error():
        workspace = Sandbox(MANIFEST, port=port)
        workspace.routes += routes(workspace)
        with start_local_bot(workspace, "sqlite://"):
            player.add_people_and_channels(player.load(STORY), workspace)
            typer.echo(f"The sandbox is running at {workspace.url}/  Press Ctrl-C to stop.")
            signals.wait_for_stop(queue)
