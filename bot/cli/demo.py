"""`debrief demo`: play an incident in a local Slack workspace, and write the resulting files."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.exit_codes import exit_on_error
from bot.cli.local_bot import LocalBot, start_local_bot
from bot.cli.logging_setup import log_to_stderr
from bot.cli.manifest import MANIFEST
from bot.domain.errors import BotError
from bot.postmortems import drafts
from bot.redaction import redact_all
from sandbox import player
from sandbox.clock import Clock
from sandbox.player import PlayResult
from sandbox.server import Sandbox
from sandbox.web_client.channel_page import channel_page
from sandbox.web_client.screen import profiles
from storage import incidents

DATABASE = "debrief.db"
FILES = (
    "postmortem.md",
    "postmortem.html",
    "postmortem.json",
    "timeline.png",
    "channel.html",
    DATABASE,
)


class NegativeSpeed(BotError):
    """The speed can't be {speed}. Use 0 to play without pauses, or a positive number such as 60."""


class NoSuchStory(BotError):
    """There's no demo incident called {name}. Available: {known}."""


class FolderUnwritable(BotError):
    """Can't write to {folder} ({reason}). Choose another folder with --out."""


def demo(
    incident: Annotated[str, typer.Option(help="Incident to play.")] = "checkout",
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("demo"),
    speed: Annotated[
        float, typer.Option(help="How many times faster than real time; 0 plays without pauses.")
    ] = 0,
) -> None:
    """Play a sample incident in a local Slack workspace. No Slack account or settings needed."""
    log_to_stderr("auto", logging.WARNING)
    console = Console(highlight=False, soft_wrap=True)
    with exit_on_error():
        if not speed >= 0:  # nan too
            raise NegativeSpeed(speed=speed)
        story = _story(incident)
        database = _create_database(out)
        sandbox = Sandbox(MANIFEST, clock=Clock(story.start))
        with start_local_bot(sandbox, f"sqlite:///{database}") as running:
            played = player.play(
                story, sandbox, speed=speed, settle=running.settle, narrate=console.out
            )
            _write(out, running, played)
        console.out(f"\n{played.messages} messages were posted. Results are in {out}:")
        for name in FILES:
            console.out(f"  {out / name}")


def _story(name: str) -> player.Story:
    if name not in player.available():
        raise NoSuchStory(name=name, known=", ".join(player.available()))
    return player.load(name)


def _create_database(out: Path) -> Path:
    """Create a new empty database; other files are overwritten at the end."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / DATABASE).unlink(missing_ok=True)
        (out / DATABASE).touch(mode=0o600)
    except OSError as error:
        raise FolderUnwritable(folder=out, reason=error.strerror) from error
    return out / DATABASE


def _write(out: Path, running: LocalBot, played: PlayResult) -> None:
    channel = played.channel
    assert channel is not None, "the story declares an incident"  # noqa: S101
    with running.service.bot.store.begin() as session:
        incident = incidents.by_channel(session, channel.id)
        assert incident is not None, "the channel belongs to an incident"  # noqa: S101
        postmortem = drafts.latest(session, incident)
    contents = (
        postmortem.markdown.encode(),
        postmortem.html.encode(),
        (json.dumps(postmortem.document, ensure_ascii=False, indent=2) + "\n").encode(),
        postmortem.picture,
        _render_channel_page(running.sandbox, channel.id).encode(),
    )
    for name, content in zip(FILES, contents, strict=False):
        (out / name).write_bytes(content)


def _render_channel_page(sandbox: Sandbox, channel_id: str) -> str:
    """Return the channel's page as HTML, without secrets."""
    ws, state = sandbox.workspace, sandbox.state
    channel = ws.channel(channel_id)
    return channel_page(
        name=channel.name,
        topic=channel.topic["value"],
        messages=redact_all(ws.history(channel_id)),
        people=profiles(state.people.values()) | {app["id"]: app for app in state.apps.values()},
        files=[{"id": file.id, "bytes": file.bytes} for file in ws.files],
        channels={one.id: one.name for one in state.channels.values()},
    )
