"""`debrief db`: the schema of the database."""

import typer

from bot.cli.bot_setup import open_store
from bot.cli.exit_codes import NO, exit_on_error
from storage.engine import schema, stored_secrets

database = typer.Typer(
    add_completion=False, help="Bring the database's schema up to date, or look at it."
)


@database.command()
def upgrade() -> None:
    """Run the migrations that are missing, as every start does."""
    with exit_on_error(), open_store() as store:
        schema.upgrade(store)
    typer.echo("The database is up to date.")


@database.command()
def redact() -> None:
    """Remove secrets stored by an earlier version. Stop the bot and make a backup first."""
    with exit_on_error(), open_store() as store:
        schema.upgrade(store)
        changed = stored_secrets.remove(store)
    typer.echo(f"Secrets removed from {changed} rows." if changed else "No secrets found.")


@database.command()
def check() -> None:
    """Check for missing migrations and damaged pages; exit 1 if there are any."""
    with exit_on_error(), open_store() as store:
        behind = schema.is_outdated(store)
        damage = store.check_integrity()
    if damage is not None:
        typer.echo(str(damage))
        raise typer.Exit(NO)
    if behind:
        typer.echo("Migrations are missing: run `debrief db upgrade`, or start the bot.")
        raise typer.Exit(NO)
    typer.echo("The database is up to date.")
