"""`debrief doctor`: what keeps the bot from working, and how to mend it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli import database_findings, history_findings
from bot.cli.findings import Finding, State, look
from bot.cli.making import team_policy
from bot.cli.ticket_findings import tickets
from bot.config import settings
from bot.config.context import utcnow
from bot.domain.errors import BotError

_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "bold red"}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check tokens, scopes, socket, channels, database, clock, templates and the tracker."""
    try:
        known = settings.load()
        rules = team_policy(known.debrief_config)
    except BotError as problem:
        typer.echo(problem.plain, err=True)
        raise typer.Exit(2) from None
    findings = [
        *look(known, rules, utcnow),
        *history_findings.look(known),
        *database_findings.look(known),
        *tickets(known, rules),
    ]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        Console().print(_table(findings))
    failed = any(finding.state is State.FAILED for finding in findings)
    raise typer.Exit(1 if failed else 0)


def _table(findings: Iterable[Finding]) -> Table:
    table = Table("check", "", "what was found", box=None, pad_edge=False)
    for finding in findings:
        state = Text(finding.state, style=_COLOURS[finding.state])
        table.add_row(finding.name, state, Text(finding.text))  # Text: brackets are no markup
    return table
