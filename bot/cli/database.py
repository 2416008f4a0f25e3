"""`debrief db`: the schema of the database."""

import typer

from bot.cli.bot_setup import open_store
from bot.cli.exit_codes import NO, exit_on_error
from bot.cli.flags import Command, Group
from storage.engine import schema, stored_secrets

database = typer.Typer(cls=Group, add_completion=False)


@database.callback()
def db() -> None:
    """Upgrade or check the database, or remove secrets from it."""


@database.command(cls=Command)
def upgrade() -> None:
    """Run pending migrations. The bot also does this every time it starts."""
    with exit_on_error(), open_store() as store:
        schema.upgrade(store)
    typer.echo("The database is up to date.")


@database.command(cls=Command)
def redact() -> None:
    """Remove secrets stored by an earlier version. Stop the bot and make a backup first."""
    with exit_on_error(), open_store() as store:
        schema.require_database(store)
        schema.upgrade(store)
        changed = stored_secrets.remove(store)
    typer.echo(
        f"Secrets removed from {changed} {'row' if changed == 1 else 'rows'}."
        if changed
        else "No secrets found."
    )


@database.command(cls=Command)
def check() -> None:
    """Check for pending migrations and corruption. Exits with 1 if it finds any."""
    with exit_on_error(), open_store() as store:
        schema.require_database(store)
        behind = schema.is_outdated(store)
        damage = store.check_integrity()
    if damage is not None:
        typer.echo(str(damage))
        raise typer.Exit(NO)
    if behind:
        typer.echo("Migrations are pending: run `debrief db upgrade`, or start the bot.")
        raise typer.Exit(NO)
    typer.echo("The database is up to date.")
