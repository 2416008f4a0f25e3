"""The command line: `debrief COMMAND`, or `python -m bot COMMAND`."""

import typer

from bot.cli.backup import backup, restore
from bot.cli.check import check
from bot.cli.database import database
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.draft import draft
from bot.cli.export import export
from bot.cli.manifest import manifest
from bot.cli.outbox import outbox
from bot.cli.run import run
from bot.cli.sandbox import sandbox
from bot.cli.verify import verify

app = typer.Typer(
    help="Debrief records incident channels in Slack and drafts the blameless postmortem.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS = (
    demo,
    sandbox,
    run,
    draft,
    check,
    export,
    verify,
    outbox,
    backup,
    restore,
    doctor,
    manifest,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(database, name="db")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
