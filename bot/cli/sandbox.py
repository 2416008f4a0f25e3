"""`debrief sandbox`: the local workspace kept open, with a page to type in."""

import logging
import signal
from threading import Event
from typing import Annotated

import typer

from bot.cli.exits import one_line
from bot.cli.findings import MANIFEST
from bot.cli.local import local
from bot.cli.making import log_to_stderr
from sandbox import player
from sandbox.looks.routes import routes
from sandbox.server import Sandbox

STORY = "checkout"  # its people and channels; nothing is played


def sandbox(
    port: Annotated[int, typer.Option(help="Where the page is; 0 takes any free one.")] = 8765,
) -> None:
    """Open a local Slack workspace with the bot in it, and a page to type in, until interrupted."""
    log_to_stderr("auto", logging.WARNING)
    stopping = Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stopping.set())
    with one_line():
        workspace = Sandbox(MANIFEST, port=port)
        workspace.routes += routes(workspace)
        with local(workspace, "sqlite://"):
            player.furnish(player.load(STORY), workspace)
            typer.echo(f"A workspace is open at {workspace.url}/  Stop it with Ctrl-C.")
            stopping.wait()
