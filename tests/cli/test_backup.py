"""`debrief backup` and `debrief restore` on the command line, also while the bot runs."""

import resource
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.support.harness import LiveBot

NEW_MESSAGE = "the newest thing that was said"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs; it holds the running bot's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///debrief.db")
    return tmp_path


def debrief(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    return result.exit_code, result.stdout + result.stderr


def error_of(*words: str) -> str:
    code, output = debrief(*words)
    assert code == 2
    assert output.startswith("debrief: ")
    assert output.count("\n") == 1
    return output


def test_a_running_bot_is_backed_up_and_restored(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert debrief("backup", "kept") == (0, "Backed up 1 incident to kept.\n")
    before = live_bot.timeline(channel)
    live_bot.workspace.say("ana", channel, NEW_MESSAGE)
    live_bot.settle()
    assert len(live_bot.timeline(channel)) == len(before) + 1
    assert "already has 1 incident," in error_of("restore", "kept")
    code, output = debrief("restore", "kept", "--replace")
    assert (code, output) == (0, "Restored 1 incident from kept.\n")
    assert live_bot.timeline(channel) == before
    live_bot.workspace.say("ana", channel, NEW_MESSAGE)
    live_bot.settle()
    assert live_bot.timeline(channel)[-1].text == NEW_MESSAGE


def test_a_backup_replaces_an_older_one_and_restores_into_an_empty_folder(
    live_bot: LiveBot, folder: Path
) -> None:
    assert debrief("backup", "kept") == (0, "Backed up 0 incidents to kept.\n")
    live_bot.declare()
    assert debrief("backup", "kept") == (0, "Backed up 1 incident to kept.\n")
    (folder / "debrief.db").rename("moved")  # and it can be restored into a new database
    assert debrief("restore", "kept")[0] == 0
    Path("debrief.db").unlink()
    Path("moved").rename("debrief.db")


def test_files_that_are_not_backups_are_not_overwritten(live_bot: LiveBot, folder: Path) -> None:
    (folder / "list.txt").write_text("a shopping list " * 100)
    assert "isn't a backup" in error_of("backup", "list.txt")
    assert "isn't a backup" in error_of("backup", "debrief.db")
    assert (folder / "list.txt").read_text() == "a shopping list " * 100
    assert live_bot.store.trouble is None


def test_a_missing_database_or_unusable_backup_is_explained(folder: Path) -> None:
    assert "There's no database at debrief.db yet" in error_of("backup", "kept")
    assert "no such file" in error_of("restore", "nowhere")
    (folder / "list.txt").write_text("a shopping list " * 100)
    assert "it's not a SQLite database" in error_of("restore", "list.txt")
    (folder / "empty").touch()
    assert "it has no Debrief data" in error_of("restore", "empty")
    assert not (folder / "debrief.db").exists()
    assert debrief("db", "upgrade")[0] == 0
    assert "Can't write nowhere/kept (No such file" in error_of("backup", "nowhere/kept")
    assert debrief("restore", "debrief.db", "--replace")[0] == 0


def test_a_failed_backup_keeps_the_older_one(
    live_bot: LiveBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert debrief("backup", "kept")[0] == 0
    before = (folder / "kept").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        assert "Can't write kept (the disk reports an error)" in error_of("backup", "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert "127.0.0.1:9" in error_of("backup", "kept")
    assert (folder / "kept").read_bytes() == before
    assert not list(folder.glob(".kept*"))
    assert live_bot.store.trouble is None
