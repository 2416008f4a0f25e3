"""`debrief backup` and `debrief restore`, as they are typed, also while the bot runs."""

import resource
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.support.harness import Town

NOTE = "the newest thing that was said"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs; the database is the town's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///debrief.db")
    return tmp_path


def debrief(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, words, catch_exceptions=False)
    return ended.exit_code, ended.stdout + ended.stderr


def refused(*words: str) -> str:
    code, told = debrief(*words)
    assert code == 2
    assert told.startswith("debrief: ")
    assert told.count("\n") == 1
    return told


def test_a_bot_that_runs_is_backed_up_and_restored(town: Town) -> None:
    channel = town.declare()
    assert debrief("backup", "kept") == (0, "Backed up 1 incident to kept.\n")
    before = town.recorded(channel)
    town.ws.say("ana", channel, NOTE)
    town.settle()
    assert len(town.recorded(channel)) == len(before) + 1
    assert "has 1 incidents already" in refused("restore", "kept")
    code, told = debrief("restore", "kept", "--replace")
    assert (code, told) == (0, "The database holds what is in kept: 1 incident.\n")
    assert town.recorded(channel) == before
    town.ws.say("ana", channel, NOTE)
    town.settle()
    assert town.recorded(channel)[-1].text == NOTE


def test_a_backup_takes_the_place_of_an_older_one(town: Town, folder: Path) -> None:
    assert debrief("backup", "kept") == (0, "Backed up 0 incidents to kept.\n")
    town.declare()
    assert debrief("backup", "kept") == (0, "Backed up 1 incident to kept.\n")
    (folder / "debrief.db").rename("moved")  # and it is one that others may use
    assert debrief("restore", "kept")[0] == 0
    Path("debrief.db").unlink()
    Path("moved").rename("debrief.db")


def test_nothing_else_is_overwritten(town: Town, folder: Path) -> None:
    (folder / "list.txt").write_text("a shopping list " * 100)
    assert "isn't a backup" in refused("backup", "list.txt")
    assert "isn't a backup" in refused("backup", "debrief.db")
    assert (folder / "list.txt").read_text() == "a shopping list " * 100
    assert town.store.trouble is None


def test_what_cannot_be_written_or_read_is_said(folder: Path) -> None:
    assert "There's no database at debrief.db yet" in refused("backup", "kept")
    assert "no such file" in refused("restore", "nowhere")
    (folder / "list.txt").write_text("a shopping list " * 100)
    assert "it's not a SQLite database" in refused("restore", "list.txt")
    (folder / "empty").touch()
    assert "it holds no Debrief data" in refused("restore", "empty")
    assert not (folder / "debrief.db").exists()
    assert debrief("db", "upgrade")[0] == 0
    assert "Can't write nowhere/kept (No such file" in refused("backup", "nowhere/kept")
    assert debrief("restore", "debrief.db", "--replace")[0] == 0


def test_a_backup_that_fails_leaves_the_older_one(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert debrief("backup", "kept")[0] == 0
    before = (folder / "kept").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        assert "Can't write kept (the disk reports an error)" in refused("backup", "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert "127.0.0.1:9" in refused("backup", "kept")
    assert (folder / "kept").read_bytes() == before
    assert not list(folder.glob(".kept*"))
    assert town.store.trouble is None
