"""Every command of the command line exists, and is loaded only when needed."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import Commands, app
from tests.support.harness import ROOT

SLACK_OR_SQL = "{'slack_bolt', 'slack_sdk', 'sqlmodel', 'sqlalchemy', 'apscheduler'}"


@pytest.mark.parametrize("name", Commands())
def test_every_command_has_its_own_help(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert f"debrief {name}" in result.stdout.replace("root", "debrief")


def test_help_lists_every_command() -> None:
    help_text = CliRunner().invoke(app, ["--help"]).stdout
    assert [name for name in Commands() if f" {name} " not in help_text] == []


def test_an_unknown_command_gets_the_nearest_one_as_suggestion() -> None:
    result = CliRunner().invoke(app, ["chek"])
    assert result.exit_code == 2
    assert "check" in result.stderr


def test_the_check_command_does_not_import_slack_or_sql() -> None:
    script = f"import sys, bot.__main__, bot.cli.check; print({SLACK_OR_SQL} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"
