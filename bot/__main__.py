"""The command line: `debrief COMMAND`, or `python -m bot COMMAND`.

A command's module is imported only when it's used, so that `debrief check` in a commit hook doesn't
wait for the imports of Slack and database libraries. The list of commands imports none of them.
"""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from bot.cli.flags import Command, Group

COMMANDS = {  # maps a name to its module in `bot.cli`, which has a function of the same name
    "demo": "demo",
    "sandbox": "sandbox",
    "run": "run",
    "draft": "draft",
    "check": "check",
    "export": "export",
    "verify": "verify",
    "outbox": "outbox",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
    "manifest": "manifest",
    "db": "database",  # a group of commands
}


class Commands(Mapping[str, Any]):
    """The commands by name, each created when it's looked up."""

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"bot.cli.{COMMANDS[name]}")
        if name == "db":
            made = get_command(module.database)
            made.name = name
            return made
        alone = typer.Typer(add_completion=False)
        alone.command(name, cls=Command)(getattr(module, name))
        return get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class LazyGroup(Group):
    """A group whose commands come from `Commands`; its help has only their first lines."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = Commands()  # type: ignore[assignment]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.commands = {name: Command(name, help=_read_help(name)) for name in COMMANDS}
        super().format_help(ctx, formatter)


def _read_help(name: str) -> str | None:
    """Return a command's help: the docstring of its function, read without importing its module."""
    source = Path(__file__).with_name("cli") / f"{COMMANDS[name]}.py"
    functions = ast.parse(source.read_bytes()).body
    return next(
        ast.get_docstring(each)
        for each in functions
        if isinstance(each, ast.FunctionDef) and each.name == name
    )


app = typer.Typer(
    cls=LazyGroup,
    help="Debrief records incident channels in Slack and drafts blameless postmortems.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"debrief {version('debrief')}")
        raise typer.Exit


@app.callback()
def _debrief(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Keep `app` a group: its commands are not registered with it."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
