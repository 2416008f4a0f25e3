"""`debrief doctor`: find problems with the setup, and say how to fix them."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli import (
    doctor_database,
    doctor_files,
    doctor_history,
    doctor_model,
    doctor_slack,
    doctor_tracker,
)
from bot.cli.doctor_finding import CheckState, Finding
from bot.cli.policy_file import load_policy
from bot.config import settings
from bot.config.clock import utcnow
from bot.domain.errors import BotError

_COLOURS = {CheckState.OK: "green", CheckState.WARNING: "yellow", CheckState.FAILED: "bold red"}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check what the bot needs to work: tokens, scopes, channels, clock, database and more."""
    try:
        loaded = settings.load()
        policy = load_policy(loaded.debrief_config)
    except BotError as problem:
        typer.echo(problem.plain, err=True)
        raise typer.Exit(2) from None
    findings = [
        *doctor_slack.run_checks(loaded, policy, utcnow),
        *doctor_files.run_checks(),
        *doctor_history.check_history(loaded),
        *doctor_database.run_checks(loaded),
        *doctor_tracker.check_tracker(loaded, policy),
        *doctor_model.check_model(loaded, policy),
    ]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        Console().print(_table(findings))
    failed = any(finding.state is CheckState.FAILED for finding in findings)
    raise typer.Exit(1 if failed else 0)


def _table(findings: Iterable[Finding]) -> Table:
    table = Table("check", "", "result", box=None, pad_edge=False)
    for finding in findings:
        state = Text(finding.state, style=_COLOURS[finding.state])
        table.add_row(finding.name, state, Text(finding.text))  # Text: brackets aren't markup
    return table
