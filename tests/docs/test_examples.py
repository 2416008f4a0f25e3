"""Every example in the README and in docs/ works: commands, configuration, templates and transcripts."""

import configparser
import json
import re
import shlex
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config import policy
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.timeline import EventKind
from tests.docs import markdown
from tests.support.harness import ROOT, LiveBot

NOT_YET = "severity-help"  # CONTRIBUTING.md shows how to add it
PROGRAMS = {"pip"}  # besides ours
VARIABLE = re.compile(r"\b((?:SLACK|DEBRIEF|GITHUB|JIRA|DATABASE)_[A-Z_]+)\b")
TEMPLATE = next(block.text for block in markdown.blocks("jinja"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the page's template, and no settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    (tmp_path / "our-templates").mkdir()
    (tmp_path / "our-templates" / "ours.md.j2").write_text(TEMPLATE)
    return tmp_path


# Shell.


def _shell() -> list[str]:
    lines = (line for block in markdown.blocks("sh") for line in block.text.splitlines())
    return sorted({line.partition("  #")[0].strip() for line in lines} - {""})


def _spans() -> list[str]:
    return sorted({code for _, code in markdown.lines() if code.startswith("debrief ")})


@pytest.mark.parametrize("line", _shell())
def test_shell_lines_name_programs_targets_and_options_that_exist(line: str) -> None:
    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
    program = words[0].rpartition("/")[2]
    if program == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif program == "debrief":
        _parse(words[1:])
    elif program == "git":
        assert words[1] == "diff"
    elif words[1:2] == ["-m"]:
        assert find_spec(words[2])
    else:
        assert program in PROGRAMS


@pytest.mark.parametrize("line", _spans())
def test_every_debrief_command_in_the_text_exists(line: str) -> None:
    words = shlex.split(re.sub(r"[A-Z]+(\.{3})?$|….*", "", line))
    _parse(words[1:], needs_arguments=False)


def _parse(words: list[str], *, needs_arguments: bool = True) -> None:
    """Parse the words as `debrief` would, without running anything."""
    group: Any = get_command(app)
    command = group.commands[words[0]]
    while hasattr(command, "commands") and len(words) > 1:
        words = words[1:]
        command = command.commands[words[0]]
    command.make_context(words[0], words[1:], resilient_parsing=not needs_arguments)


# What people type in Slack.


def _typed() -> list[str]:
    pattern = re.compile(r"(?:(?:/incident|@debrief) +)?((?:INC-\d+-\d+ )?\w.*)")
    lines = {
        line for _, line in markdown.lines() if re.match(r"(/incident|@debrief|INC-\d+-\d+) ", line)
    }
    return sorted({found[1] for line in lines if (found := pattern.match(line))})


@pytest.mark.parametrize("line", _typed())
def test_every_incident_command_exists(line: str) -> None:
    subcommand, _ = commands.parse(commands.split_key(line)[1])
    assert subcommand or line == NOT_YET


def test_the_tutorial_runs_an_incident(live_bot: LiveBot) -> None:
    """Type the tutorial's commands in order."""
    typed = [
        line.removeprefix("/incident ")
        for block in markdown.blocks("text")
        for line in block.text.splitlines()
        if block.page == "tutorial.md" and line.startswith("/incident ")
    ]
    assert typed[-1].startswith("resolve")
    channel = live_bot.declare(typed[0].removeprefix("declare "))
    for line in typed[1:]:
        live_bot.command("ana", line, channel)
        live_bot.settle()
    texts = live_bot.text_in(channel)
    for part in (
        "4,200 customers",
        "doubling it",
        "Add an alert on pool usage",
        "Postmortem draft",
    ):
        assert part in texts
    assert live_bot.timeline(channel)[-1].kind is EventKind.RESOLVED


# Configuration.


def test_every_configuration_is_valid(folder: Path) -> None:
    blocks = markdown.blocks("toml")
    assert len(blocks) > 30
    for block in blocks:
        (folder / "debrief.toml").write_text(block.text)
        assert policy.load(folder / "debrief.toml").model_fields_set, block


def test_every_variable_is_a_setting() -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = {
        (page.name, name)
        for page in markdown.PAGES
        for name in VARIABLE.findall(page.read_text("utf-8"))
        if name.removesuffix("_FILE") not in known
    }
    assert named == set()


def test_the_unit_starts_the_bot() -> None:
    (block,) = markdown.blocks("ini")
    unit = configparser.ConfigParser()
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block.text)
    _parse(unit["Service"]["ExecStart"].split()[1:])


# Drafts.


def test_the_transcript_of_the_tutorial_can_be_drafted(folder: Path) -> None:
    (transcript,) = (each for each in markdown.blocks("json") if each.page == "tutorial.md")
    for line in transcript.text.splitlines():
        json.loads(line)
    (folder / "incident.jsonl").write_text(transcript.text)
    written = _draft(folder)
    assert "onfig change 4471" in written
    assert "alert on pool usage" in written


def test_the_template_of_the_page_works(folder: Path) -> None:
    (transcript,) = (each for each in markdown.blocks("json") if each.page == "tutorial.md")
    (folder / "incident.jsonl").write_text(transcript.text)
    (folder / "debrief.toml").write_text('[postmortem]\ntemplates = "our-templates"\n')
    assert "## Where we got lucky" in _draft(folder, "--template", "ours")


def _draft(folder: Path, *options: str) -> str:
    with chdir(folder):
        done = CliRunner().invoke(app, ["draft", "incident.jsonl", *options])
    assert done.exit_code == 0, done.output
    return done.stdout
