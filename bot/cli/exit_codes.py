"""Exit codes: 0 done, 1 the answer is no, 2 could not run, with one line that says why."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.domain.errors import BotError
from bot.redaction import redact

NO, COULD_NOT_RUN = 1, 2


def warn(text: str) -> None:
    """Write a line to standard error. It may quote a file's content, so secrets are removed."""
    typer.echo(redact(text)[0], err=True)


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Turn a BotError into one line on standard error and exit code 2."""
    try:
        yield
    except BotError as error:
        warn(f"debrief: {error.plain}")
        raise typer.Exit(COULD_NOT_RUN) from None
