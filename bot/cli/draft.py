"""`debrief draft`: a postmortem from a transcript or a Slack export, without Slack."""

import difflib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.exit_codes import exit_on_error, warn
from bot.cli.memory_limit import limit_memory
from bot.cli.policy_file import load_policy
from bot.cli.progress import show_progress
from bot.config import environment, files, template_names
from bot.config.clock import utcnow
from bot.config.template_names import PUBLIC, list_templates
from bot.domain.draft import Detail, Draft
from bot.domain.errors import BotError
from bot.drafting.draft import draft as drafted
from bot.postmortems.policy_requirement import add_requirement
from bot.rendering import document_json, documents, team_templates
from bot.transcripts import read_with_warnings
from bot.transcripts.period import Period

SOURCE_HELP = (
    "A .jsonl transcript or a Slack export: a folder, a zip, or one channel's folder or file."
)
CHANNEL_HELP = "Channel in the export, by name or ID."
SINCE_HELP = (
    "Skip messages before this date or time. Without a time zone, the one in debrief.toml applies."
)
UNTIL_HELP = "Skip messages after this date or time. A date includes the whole day."
CONFIG_HELP = "Configuration file. If it configures a model, the model words the draft; without this option, no model does."
TEMPLATE_HELP = f"{', '.join(template_names.TEMPLATES)} or one of your own."


class Format(StrEnum):
    """The output format of a draft."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


class UnknownTemplate(BotError):
    """There's no template {template}. {hint}Available: {templates}."""


class Unwritable(BotError):
    """Can't write {path} ({reason}). Choose another file with -o."""


def draft(  # noqa: PLR0913 - one argument per option
    source: Annotated[Path, typer.Argument(help=SOURCE_HELP)],
    channel: Annotated[str | None, typer.Option(help=CHANNEL_HELP)] = None,
    template: Annotated[str, typer.Option(help=TEMPLATE_HELP)] = "standard",
    format: Annotated[Format, typer.Option(help="Output format.")] = Format.MARKDOWN,  # noqa: A002 - the option's name
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file instead of standard output."),
    ] = None,
    *,
    config: Annotated[Path | None, typer.Option(help=CONFIG_HELP)] = None,
    since: Annotated[str | None, typer.Option(help=SINCE_HELP)] = None,
    until: Annotated[str | None, typer.Option(help=UNTIL_HELP)] = None,
    timeline: Annotated[
        Detail | None, typer.Option(help="Level of detail in the timeline.")
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Skip invalid parts and list them.")
    ] = False,
) -> None:
    """Draft a postmortem from a transcript or a Slack export, without Slack."""
    with exit_on_error(), limit_memory(), show_progress(f"Reading {source}") as report:
        policy = load_policy(config or environment.policy_file())
        folder, detail = policy.postmortem.templates, timeline or policy.postmortem.timeline
        template = check_template_name(template, folder)
        period = Period(since=since, until=until, zone=policy.zone, now=utcnow())
        reading = read_with_warnings(source, channel=channel, lenient=lenient, period=period)
        for warning in reading.warnings:
            warn(warning)
        report(f"Drafting from {len(reading.record.events):,} messages")
        built = drafted(reading.record, detail)
        if config and policy.drafting.model.base_url:
            from bot.cli.transcript_wording import word_if_possible  # noqa: PLC0415 - slow, and rare

            built = word_if_possible(policy, reading.record, built, report)
        document = add_requirement(reading.record, built, policy)
        report("Writing the postmortem")
        write_output(render_draft(document, template, format, folder), output)


def check_template_name(name: str, folder: Path | None) -> str:
    """Return the name if such a template exists. `UnknownTemplate` lists the available ones."""
    names = list_templates(folder)
    if name in names:
        return name
    near = difflib.get_close_matches(name.lower(), names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UnknownTemplate(template=name, hint=hint, templates=", ".join(names))


def render_draft(document: Draft, template: str, form: Format, folder: Path | None) -> str:
    """Return the draft in the requested format.

    In JSON, only the public template makes a difference.
    """
    if form is Format.JSON:
        to_json = documents.public_json if template == PUBLIC else document_json.as_json
        return to_json(document)
    to_text = documents.html if form is Format.HTML else documents.markdown
    with team_templates.converted_mistakes():
        return to_text(document, template, folder)


def write_output(text: str, output: Path | None) -> None:
    """Write a result to a file, or to standard output."""
    if output is None:
        typer.get_binary_stream("stdout").write(text.encode())
        return
    try:
        files.write(output, text)
    except OSError as error:
        raise Unwritable(path=output, reason=error.strerror) from None
