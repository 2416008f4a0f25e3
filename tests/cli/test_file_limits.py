"""Endless files, zip bombs, and names and links that lead elsewhere are refused in one sentence."""

import json
import os
import zipfile
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.memory_limit import TooMuchMemory, limit_memory
from bot.config import files
from bot.transcripts import export_files, jsonl, records

GOOD = {"ts": "1773144000.000100", "user": "U1", "text": "checkout is failing"}
LIMIT = 10_000  # bytes per file in these tests


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with limits so low that small files reach them."""
    monkeypatch.delenv("DEBRIEF_CONFIG", raising=False)
    monkeypatch.setattr(files, "MAX_BYTES", LIMIT)
    monkeypatch.setattr(export_files, "MAX_TOTAL_BYTES", 3 * LIMIT)
    monkeypatch.setattr(export_files, "MAX_FILES", 20)
    return tmp_path


def debrief(*words: str, cwd: Path) -> Result:
    with chdir(cwd):
        return CliRunner().invoke(app, words, catch_exceptions=False)


def _assert_refused(result: Result, reason: str) -> None:
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    assert reason in line
    assert len(line) < 1_000


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _export(folder: Path, channel: str = "inc-1") -> Path:
    root = folder / "export"
    _write(root, "channels.json", json.dumps([{"id": "C1", "name": channel}]))
    _write(root, "users.json", "[]")
    _write(root, "inc-1/2026-03-10.json", json.dumps([GOOD]))
    return root


def _make_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.jsonl")
    return folder / "pipe.jsonl"


ENDLESS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a device": (lambda _: Path("/dev/zero"), "isn't a regular file"),
    "a pipe": (_make_pipe, "isn't a regular file"),
    "a large file": (lambda f: _write(f, "a.jsonl", "x" * (LIMIT + 1)), "larger than 10,000"),
    "a folder": (lambda f: f, "users.json"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_file_is_refused_as_a_transcript(folder: Path, kind: str) -> None:
    make, reason = ENDLESS[kind]
    _assert_refused(debrief("draft", str(make(folder)), "-o", "out.md", cwd=folder), reason)
    assert not (folder / "out.md").exists()


@pytest.mark.parametrize("name", ["/dev/zero", "pipe.jsonl", "/"])
def test_an_endless_file_is_refused_as_a_postmortem_or_a_configuration(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_pipe(folder)
    _assert_refused(debrief("check", name, cwd=folder), "Can't read")
    monkeypatch.setenv("DEBRIEF_CONFIG", name)
    _assert_refused(debrief("draft", "talk.jsonl", cwd=folder), "can't be read")


@pytest.mark.parametrize("name", ["/dev/zero", "pipe.jsonl"])
def test_an_endless_file_is_refused_as_a_backup(folder: Path, name: str) -> None:
    _make_pipe(folder)
    _assert_refused(debrief("restore", name, cwd=folder), "isn't a Debrief backup")


def test_an_overlong_line_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_LENGTH", 100)
    long = json.dumps(GOOD | {"text": "x" * 101})
    talk = _write(folder, "talk.jsonl", f"{json.dumps(GOOD)}\n{long}\n")
    _assert_refused(debrief("draft", str(talk), cwd=folder), "Line 2")
    lenient = debrief("draft", str(talk), "--lenient", cwd=folder)
    assert (lenient.exit_code, lenient.stderr) == (
        0,
        "Skipped: line 2, it has more than 100 characters\n",
    )


def test_deeply_nested_or_oversized_json_is_named(folder: Path) -> None:
    deep = _write(folder, "deep.jsonl", "[" * (LIMIT - 1))
    _assert_refused(debrief("draft", str(deep), cwd=folder), "nested too deeply")
    digits = _write(folder, "digits.jsonl", "9" * (LIMIT - 1))
    _assert_refused(debrief("draft", str(digits), cwd=folder), "Line 1")


def test_too_many_messages_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_MESSAGES", 10)
    talk = _write(folder, "talk.jsonl", f"{json.dumps(GOOD)}\n" * 11)
    _assert_refused(debrief("draft", str(talk), cwd=folder), "more than 10 messages")


NAMES = ["../inc-1", "..", ".", "/etc", "inc-1/../../etc", "inc\\1", "a\0b", "inc-1/"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_channel_name_cannot_leave_the_export(folder: Path, name: str, *, zipped: bool) -> None:
    root = _export(folder, name)
    _write(folder, "2026-03-10.json", json.dumps([GOOD | {"text": "outside"}]))
    path = _zip(folder, root) if zipped else root
    _assert_refused(debrief("draft", str(path), cwd=folder), "isn't a valid channel name")
    _assert_refused(
        debrief("draft", str(path), "--channel", "../..", cwd=folder), "There's no channel"
    )


@pytest.mark.parametrize(
    "linked", ["inc-1/2026-03-10.json", "inc-1", "users.json", "channels.json"]
)
def test_a_link_out_of_an_export_is_not_followed(folder: Path, linked: str) -> None:
    root = _export(folder)
    outside = folder / "outside"
    (root / linked).rename(outside)
    (root / linked).symlink_to(outside)
    _assert_refused(debrief("draft", str(root), cwd=folder), "points outside the export")


def test_a_link_within_an_export_is_followed(folder: Path) -> None:
    root = _export(folder)
    (root / "inc-1").rename(root / "real")
    (root / "inc-1").symlink_to("real")
    assert debrief("draft", str(root), cwd=folder).exit_code == 0


def _zip(folder: Path, root: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / "export.zip", "w", method) as archive:
        for file in sorted(path for path in root.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(root).as_posix())
    return folder / "export.zip"


def _add_large_file(root: Path) -> None:
    _write(root, "inc-1/2026-03-11.json", "[" + " " * LIMIT + "]")


def _add_many_large_files(root: Path) -> None:
    for day in range(11, 20):
        _write(root, f"inc-1/2026-03-{day}.json", "[" + " " * (LIMIT - 10) + "]")


def _add_many_files(root: Path) -> None:
    for day in range(20):
        _write(root, f"inc-1/{day}.json", "[]")


@pytest.mark.parametrize(
    ("add_files", "reason"),
    [
        (_add_large_file, "larger than 10,000"),
        (_add_many_large_files, "larger than"),
        (_add_many_files, "more than 20 files"),
    ],
)
def test_the_unpacked_size_of_a_zip_is_limited(
    folder: Path, add_files: Callable[[Path], None], reason: str
) -> None:
    root = _export(folder)
    add_files(root)
    _assert_refused(debrief("draft", str(_zip(folder, root)), cwd=folder), reason)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_compressions_that_slack_does_not_use_are_refused(folder: Path, method: int) -> None:
    path = _zip(folder, _export(folder), method)
    _assert_refused(
        debrief("draft", str(path), cwd=folder), "uses a compression method that Slack never uses"
    )


def test_a_zip_with_false_offsets_is_refused(folder: Path) -> None:
    path = _zip(folder, _export(folder))
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02")  # the directory entry of the last file
    content[start + 42 : start + 46] = bytes(4)  # claims to begin where the first file does
    path.write_bytes(content)
    _assert_refused(debrief("draft", str(path), cwd=folder), "isn't a zip file, or is incomplete")


def test_a_zip_inside_a_zip_is_refused(folder: Path) -> None:
    root = _export(folder)
    _zip(root / "inc-1", _export(folder / "inner")).rename(root / "inc-1" / "2026-03-11.json")
    _assert_refused(debrief("draft", str(_zip(folder, root)), cwd=folder), "not JSON")


def test_memory_is_limited_only_within_the_context() -> None:
    with pytest.raises(TooMuchMemory), limit_memory(2**26):
        bytearray(2**28)
    assert len(bytearray(2**28)) == 2**28


def test_an_output_file_is_written_completely_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = _write(folder, "talk.jsonl", json.dumps(GOOD))
    output_file = _write(folder, "out.md", "what was there")
    output_file.chmod(0o640)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    _assert_refused(debrief("draft", str(talk), "-o", "out.md", cwd=folder), "No space left")
    assert output_file.read_text() == "what was there"
    assert sorted(path.name for path in folder.iterdir()) == ["out.md", "talk.jsonl"]
    monkeypatch.undo()
    monkeypatch.delenv("DEBRIEF_CONFIG", raising=False)
    assert debrief("draft", str(talk), "-o", "out.md", cwd=folder).exit_code == 0
    assert output_file.read_text().startswith("# ")
    assert output_file.stat().st_mode & 0o777 == 0o640
    assert debrief("draft", str(talk), "-o", "/dev/null", cwd=folder).exit_code == 0
    assert Path("/dev/null").is_char_device()
