"""Every command of the command line exists, and is loaded only when needed."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import Commands, app
from tests.support.harness import ROOT

SLACK_OR_SQL = {"slack_bolt", "slack_sdk", "sqlmodel", "sqlalchemy", "apscheduler"}


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


def _list_modules(script: str) -> set[str]:
    """Return the modules that a new Python has imported after it ran a script."""
    listing = f"import sys; {script}; print(*sys.modules, sep=chr(10))"
    result = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines())


@pytest.mark.parametrize("name", ["check", "draft"])
def test_commands_for_files_import_neither_slack_nor_sql(name: str) -> None:
    modules = _list_modules(f"import bot.__main__, bot.cli.{name}")
    assert f"bot.cli.{name}" in modules
    assert modules & {"httpx", "rich", "structlog"} == set()
    assert modules & SLACK_OR_SQL == set()


def test_help_imports_no_command() -> None:
    run = "from typer.testing import CliRunner; from bot.__main__ import app"
    modules = _list_modules(f"{run}; CliRunner().invoke(app, ['--help'])")
    assert {name for name in modules if name.startswith("bot.cli.")} == {"bot.cli.flags"}
