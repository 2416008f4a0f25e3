"""`debrief outbox`: messages still to be sent to Slack, and those that Slack rejected."""

from typing import Annotated

import typer

from bot.cli.bot_setup import make_bot
from bot.cli.exit_codes import NO, exit_on_error
from bot.config import settings as environment
from storage import incidents
from storage import outbox as stored
from storage.engine.store import Session
from storage.outbox import SetAsideJob


def outbox(
    *,
    retry: Annotated[bool, typer.Option("--retry", help="Retry rejected messages.")] = False,
) -> None:
    """Show messages waiting to be sent, and those that Slack rejected."""
    with exit_on_error():
        bot = make_bot(environment.load())
    with bot.store.begin() as session:
        retried = stored.retry_set_aside(session) if retry else 0
        waiting, aside = stored.unfinished(session), stored.list_set_aside(session)
        lines = [_line(session, job) for job in aside]
    bot.store.close()
    if retry:
        typer.echo(f"{retried} queued again. If the bot is running, it retries within a second.")
    typer.echo(f"{waiting} waiting, {len(aside)} rejected.")
    for line in lines:
        typer.echo(line)
    if aside:
        typer.echo("Fix the problems above, then run `debrief outbox --retry`.")
    raise typer.Exit(NO if aside else 0)


def _line(session: Session, trouble: SetAsideJob) -> str:
    key = (
        incidents.by_id(session, trouble.incident_id).key if trouble.incident_id else "no incident"
    )
    return f"  {key}  {trouble.kind.replace('_', ' ')}: {trouble.reason}"
