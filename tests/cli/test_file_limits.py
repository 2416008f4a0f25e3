"""Files without end, bombs, and names and links that lead elsewhere: one sentence, and nothing written."""

import json
import os
import zipfile
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.memory import TooMuchMemory, limit_memory
from bot.config import files
from bot.transcripts import export_files, lines, sources

GOOD = {"ts": "1773144000.000100", "user": "U1", "text": "checkout is failing"}
LIMIT = 10_000  # bytes of a file in these tests


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place to work in, with limits that small files reach."""
    monkeypatch.delenv("DEBRIEF_CONFIG", raising=False)
    monkeypatch.setattr(files, "MOST_BYTES", LIMIT)
    monkeypatch.setattr(export_files, "MOST_IN_ALL", 3 * LIMIT)
    monkeypatch.setattr(export_files, "MOST_FILES", 20)
    return tmp_path


def debrief(*words: str, cwd: Path) -> Result:
    with chdir(cwd):
        return CliRunner().invoke(app, words, catch_exceptions=False)


def _refused(ended: Result, said: str) -> None:
    assert (ended.exit_code, ended.stdout) == (2, ""), ended.output
    (line,) = ended.stderr.splitlines()
    assert said in line
    assert len(line) < 1_000


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _export(folder: Path, channel: str = "inc-1") -> Path:
    root = folder / "export"
    _written(root, "channels.json", json.dumps([{"id": "C1", "name": channel}]))
    _written(root, "users.json", "[]")
    _written(root, "inc-1/2026-03-10.json", json.dumps([GOOD]))
    return root


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.jsonl")
    return folder / "pipe.jsonl"


ENDLESS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a device": (lambda _: Path("/dev/zero"), "not a regular file"),
    "a pipe": (_pipe, "not a regular file"),
    "a large file": (lambda f: _written(f, "a.jsonl", "x" * (LIMIT + 1)), "larger than 10,000"),
    "a folder": (lambda f: f, "users.json"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_has_no_end_is_no_transcript(folder: Path, kind: str) -> None:
    made, said = ENDLESS[kind]
    _refused(debrief("draft", str(made(folder)), "-o", "out.md", cwd=folder), said)
    assert not (folder / "out.md").exists()


@pytest.mark.parametrize("given", ["/dev/zero", "pipe.jsonl", "/"])
def test_nor_is_it_a_postmortem_or_a_configuration(
    folder: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pipe(folder)
    _refused(debrief("check", given, cwd=folder), "Can't read")
    monkeypatch.setenv("DEBRIEF_CONFIG", given)
    _refused(debrief("draft", "talk.jsonl", cwd=folder), "cannot be read")


@pytest.mark.parametrize("given", ["/dev/zero", "pipe.jsonl"])
def test_nor_is_it_a_backup(folder: Path, given: str) -> None:
    _pipe(folder)
    _refused(debrief("restore", given, cwd=folder), "isn't a Debrief backup")


def test_a_line_without_end_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 100)
    long = json.dumps(GOOD | {"text": "x" * 101})
    talk = _written(folder, "talk.jsonl", f"{json.dumps(GOOD)}\n{long}\n")
    _refused(debrief("draft", str(talk), cwd=folder), "Line 2")
    kept = debrief("draft", str(talk), "--lenient", cwd=folder)
    assert (kept.exit_code, kept.stderr) == (
        0,
        "Left out: line 2, it has more than 100 characters\n",
    )


def test_json_without_depth_or_size_is_named(folder: Path) -> None:
    deep = _written(folder, "deep.jsonl", "[" * (LIMIT - 1))
    _refused(debrief("draft", str(deep), cwd=folder), "nested too deeply")
    digits = _written(folder, "digits.jsonl", "9" * (LIMIT - 1))
    _refused(debrief("draft", str(digits), cwd=folder), "Line 1")


def test_too_many_messages_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_MESSAGES", 10)
    talk = _written(folder, "talk.jsonl", f"{json.dumps(GOOD)}\n" * 11)
    _refused(debrief("draft", str(talk), cwd=folder), "more than 10 messages")


NAMES = ["../inc-1", "..", ".", "/etc", "inc-1/../../etc", "inc\\1", "a\0b", "inc-1/"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_channels_name_leads_nowhere(folder: Path, name: str, *, zipped: bool) -> None:
    root = _export(folder, name)
    _written(folder, "2026-03-10.json", json.dumps([GOOD | {"text": "outside"}]))
    path = _zip(folder, root) if zipped else root
    _refused(debrief("draft", str(path), cwd=folder), "is not a valid channel name")
    _refused(debrief("draft", str(path), "--channel", "../..", cwd=folder), "There is no channel")


@pytest.mark.parametrize(
    "linked", ["inc-1/2026-03-10.json", "inc-1", "users.json", "channels.json"]
)
def test_a_link_out_of_an_export_is_not_followed(folder: Path, linked: str) -> None:
    root = _export(folder)
    outside = folder / "outside"
    (root / linked).rename(outside)
    (root / linked).symlink_to(outside)
    _refused(debrief("draft", str(root), cwd=folder), "points outside the export")


def test_a_link_inside_of_an_export_is_followed(folder: Path) -> None:
    root = _export(folder)
    (root / "inc-1").rename(root / "real")
    (root / "inc-1").symlink_to("real")
    assert debrief("draft", str(root), cwd=folder).exit_code == 0


def _zip(folder: Path, root: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / "export.zip", "w", method) as archive:
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(root).as_posix())
    return folder / "export.zip"


def _one_large(root: Path) -> None:
    _written(root, "inc-1/2026-03-11.json", "[" + " " * LIMIT + "]")


def _all_large(root: Path) -> None:
    for day in range(11, 20):
        _written(root, f"inc-1/2026-03-{day}.json", "[" + " " * (LIMIT - 10) + "]")


def _many(root: Path) -> None:
    for day in range(20):
        _written(root, f"inc-1/{day}.json", "[]")


@pytest.mark.parametrize(
    ("grown", "said"),
    [
        (_one_large, "larger than 10,000"),
        (_all_large, "larger than"),
        (_many, "more than 20 files"),
    ],
)
def test_what_a_zip_unpacks_to_is_bounded(
    folder: Path, grown: Callable[[Path], None], said: str
) -> None:
    root = _export(folder)
    grown(root)
    _refused(debrief("draft", str(_zip(folder, root)), cwd=folder), said)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_is_packed_as_slack_packs_it(folder: Path, method: int) -> None:
    path = _zip(folder, _export(folder), method)
    _refused(debrief("draft", str(path), cwd=folder), "uses a compression that Slack never uses")


def test_a_zip_that_lies_about_sizes_and_places_is_refused(folder: Path) -> None:
    path = _zip(folder, _export(folder))
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02")  # the last file's entry in the directory
    content[start + 42 : start + 46] = bytes(4)  # says that it begins where the first one does
    path.write_bytes(content)
    _refused(debrief("draft", str(path), cwd=folder), "not a zip file, or is incomplete")


def test_a_zip_in_a_zip_is_no_channel(folder: Path) -> None:
    root = _export(folder)
    _zip(root / "inc-1", _export(folder / "inner")).rename(root / "inc-1" / "2026-03-11.json")
    _refused(debrief("draft", str(_zip(folder, root)), cwd=folder), "not JSON")


def test_memory_is_bounded_and_given_back() -> None:
    with pytest.raises(TooMuchMemory), limit_memory(2**26):
        bytearray(2**28)
    assert len(bytearray(2**28)) == 2**28


def test_a_file_is_written_whole_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = _written(folder, "talk.jsonl", json.dumps(GOOD))
    kept = _written(folder, "out.md", "what was there")
    kept.chmod(0o640)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    _refused(debrief("draft", str(talk), "-o", "out.md", cwd=folder), "No space left")
    assert kept.read_text() == "what was there"
    assert sorted(each.name for each in folder.iterdir()) == ["out.md", "talk.jsonl"]
    monkeypatch.undo()
    monkeypatch.delenv("DEBRIEF_CONFIG", raising=False)
    assert debrief("draft", str(talk), "-o", "out.md", cwd=folder).exit_code == 0
    assert kept.read_text().startswith("# ")
    assert kept.stat().st_mode & 0o777 == 0o640
    assert debrief("draft", str(talk), "-o", "/dev/null", cwd=folder).exit_code == 0
    assert Path("/dev/null").is_char_device()
