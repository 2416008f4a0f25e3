"""The command line's words: all there, each loaded when it is asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import Commands, app
from tests.support.harness import ROOT

SLACK_OR_SQL = "{'slack_bolt', 'slack_sdk', 'sqlmodel', 'sqlalchemy', 'apscheduler'}"


@pytest.mark.parametrize("name", Commands())
def test_every_command_tells_of_itself(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0
    assert f"debrief {name}" in told.stdout.replace("root", "debrief")


def test_help_lists_them_all() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    assert [name for name in Commands() if f" {name} " not in told] == []


def test_a_word_that_is_none_is_answered_with_the_nearest() -> None:
    told = CliRunner().invoke(app, ["chek"])
    assert told.exit_code == 2
    assert "check" in told.stderr


def test_a_commit_hook_does_not_wait_for_slack_and_sql() -> None:
    looked = f"import sys, bot.__main__, bot.cli.check; print({SLACK_OR_SQL} & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", looked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "set()\n"
