"""The README matches the code: commands, settings, folders, and the files of the demo."""

import re

from bot.__main__ import Commands
from bot.cli.demo import FILES
from bot.config.settings import Settings
from bot.domain.commands import SUBCOMMANDS
from tests.support.harness import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_every_subcommand_is_in_the_table_with_its_description() -> None:
    rows = dict(re.findall(r"^\| `/incident ([^`]+)` \| (.+?) \|$", README, re.MULTILINE))
    assert rows == {word.usage.replace("|", "\\|"): word.does for word in SUBCOMMANDS}


def test_every_setting_is_in_the_table() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert {name.upper() for name in Settings.model_fields} == named


def test_every_command_line_command_is_mentioned() -> None:
    for name in Commands():
        assert f"`debrief {name}" in README


def test_every_folder_is_on_the_map() -> None:
    for folder in ("bot", "handlers", "storage", "templates", "sandbox", "tests"):
        assert f"\n{folder}/" in README


def test_the_files_of_the_demo_are_named() -> None:
    for name in FILES:
        assert f"`{name}`" in README


def test_every_linked_file_exists() -> None:
    for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", README):
        assert (ROOT / link).exists(), link
