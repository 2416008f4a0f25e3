"""`debrief manifest`: the Slack app manifest, to paste at api.slack.com/apps."""

import re
from typing import Annotated

import typer

from bot.cli.exit_codes import exit_on_error
from bot.config import settings as environment
from bot.config.policy import check_command_name, load
from bot.rendering.render import TEMPLATES
from handlers.slack.scopes import GROUPS

# In a wheel, there's no repository, and its manifest is beside the templates.
MANIFEST = next(
    (
        path
        for path in (TEMPLATES.parent / "manifest.yml", TEMPLATES / "manifest.yml")
        if path.is_file()
    ),
    TEMPLATES.parent / "manifest.yml",
)
_LAST_SCOPE = re.compile(r"^( *- )users:read$", re.MULTILINE)
_COMMAND = re.compile(r"^( *- command: )\S+", re.MULTILINE)


def manifest(
    command: Annotated[str, typer.Option(help="Name of the slash command.")] = "/incident",
) -> None:
    """Print the Slack app manifest."""
    try:
        name = check_command_name(command)
    except ValueError as error:
        typer.echo(f"debrief: --command is {command!r}: {error}.", err=True)
        raise typer.Exit(2) from None
    try:
        text = MANIFEST.read_text("utf-8")
    except OSError as error:
        typer.echo(
            f"debrief: {MANIFEST} can't be read ({error.strerror}): reinstall Debrief.", err=True
        )
        raise typer.Exit(2) from None
    with exit_on_error():
        groups = load(environment.load().debrief_config).groups
    if groups:
        text = _LAST_SCOPE.sub(rf"\g<1>{GROUPS}\n\g<1>users:read", text)
    typer.echo(_COMMAND.sub(rf"\g<1>{name}", text), nl=False)
