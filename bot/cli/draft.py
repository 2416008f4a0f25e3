"""`debrief draft`: a postmortem from a transcript or a Slack export, without Slack."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import documents, policy, settings
from bot.cli.exits import one_line
from bot.domain.draft import Draft
from bot.domain.drafting import draft as drafted
from bot.domain.errors import BotError
from bot.needs import with_need
from bot.policy import Policy
from bot.transcripts import read_with_warnings


class Format(StrEnum):
    """What the draft is written as."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


class UnknownTemplate(BotError):
    """There is no template {template}. There are: {templates}."""


class Unwritable(BotError):
    """{path} cannot be written: {reason}. Give another file with -o."""


def draft(  # noqa: PLR0913 - one argument for each option of the command
    source: Annotated[Path, typer.Argument(help="A .jsonl transcript, or a Slack export.")],
    channel: Annotated[str | None, typer.Option(help="The channel of an export.")] = None,
    template: Annotated[str, typer.Option(help="standard, full or quick.")] = "standard",
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.MARKDOWN,  # noqa: A002 - its name
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
    *,
    lenient: Annotated[bool, typer.Option(help="Leave out what is broken, and say so.")] = False,
) -> None:
    """Draft a postmortem from a transcript or a Slack export, offline."""
    with one_line():
        reading = read_with_warnings(source, channel=channel, lenient=lenient)
        for warning in reading.warnings:
            typer.echo(warning, err=True)
        made = with_need(reading.record, drafted(reading.record), _policy())
        write(_document(made, template, format), output)


def _policy() -> Policy:
    return policy.load(settings.load().debrief_config)


def _document(made: Draft, template: str, wanted: Format) -> str:
    if template not in documents.TEMPLATES:
        raise UnknownTemplate(template=template, templates=", ".join(documents.TEMPLATES))
    if wanted is Format.JSON:
        return documents.as_json(made)
    if wanted is Format.HTML:
        return documents.html(made, template)
    return documents.markdown(made, template)


def write(text: str, output: Path | None) -> None:
    """Write a result to a file, or to standard output."""
    if output is None:
        typer.get_binary_stream("stdout").write(text.encode())
        return
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise Unwritable(path=output, reason=error.strerror) from None
