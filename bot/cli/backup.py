"""`debrief backup` and `debrief restore`: the whole state in one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.bot_setup import open_store
from bot.cli.exit_codes import exit_on_error
from storage.engine import backup as backups


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write; an older backup is replaced.")],
) -> None:
    """Write all that is stored into one file, also while the bot runs."""
    with exit_on_error(), open_store() as store:
        count = backups.create(store, file)
    typer.echo(f"{file} holds everything: {_incidents(count)}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `debrief backup` wrote.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Give up what is there now.")] = False,
) -> None:
    """Put a backup into the database, SQLite or PostgreSQL, whichever it was made of."""
    with exit_on_error(), open_store() as store:
        count = backups.restore(store, file, replace=replace)
    typer.echo(f"The database holds what is in {file}: {_incidents(count)}.")


def _incidents(count: int) -> str:
    return "1 incident" if count == 1 else f"{count} incidents"
