"""`debrief backup` and `debrief restore`: the whole state in one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.bot_setup import open_store
from bot.cli.exit_codes import exit_on_error
from bot.cli.progress import show_progress
from storage.engine import backup as backups


def backup(
    file: Annotated[
        Path,
        typer.Argument(
            help="File to write. An existing backup is overwritten; other files aren't."
        ),
    ],
) -> None:
    """Back up all data to one file. The bot can keep running."""
    with exit_on_error(), open_store() as store, show_progress("Backing up") as report:
        count = backups.create(store, file, report)
    typer.echo(f"Backed up {_incidents(count)} to {file}.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup file created by `debrief backup`.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the data in the database.")
    ] = False,
) -> None:
    """Restore a backup into SQLite or PostgreSQL."""
    with exit_on_error(), open_store() as store, show_progress("Restoring") as report:
        count = backups.restore(store, file, report, replace=replace)
    typer.echo(f"Restored {_incidents(count)} from {file}.")


def _incidents(count: int) -> str:
    return "1 incident" if count == 1 else f"{count} incidents"
