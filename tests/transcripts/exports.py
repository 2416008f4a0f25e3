"""Write exports in many layouts:

Slack's own, and those of other exporters and operating systems.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from bot.__main__ import app

Files = dict[str, Any]  # content by path: text, bytes, or a value to write as JSON

USERS = [{"id": "U1", "name": "ana"}, {"id": "U2", "name": "ben"}]
CHANNELS = [{"id": "C1", "name": "inc-1"}]
FIRST = {"type": "message", "user": "U1", "text": "checkout fails", "ts": "1773153000.000100"}
DAY = [
    FIRST,
    {"type": "message", "user": "U2", "text": "looking", "ts": "1773153120.000100"},
    {"type": "message", "user": "U2", "text": "rolled back", "ts": "1773155400.000100"},
]
EXPORT: Files = {"users.json": USERS, "channels.json": CHANNELS, "inc-1/2026-03-10.json": DAY}
ALL_TEXTS = ["checkout fails", "looking", "rolled back"]


def without(*names: str) -> Files:
    """Return an export's files without some of them."""
    return {name: content for name, content in EXPORT.items() if name not in names}


def write_folder(path: Path, files: Files) -> Path:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_bytes(content))
    return path


def write_zip(path: Path, files: Files, *, flagged: bool = True) -> Path:
    """Write a zip file; unless flagged, UTF-8 names lack the flag that says so, as in Slack's own exports."""
    kind = zipfile.ZipInfo if flagged else _Unflagged
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(kind(name), _bytes(content))
    return path


class _Unflagged(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        return self.filename.encode(), self.flag_bits & ~0x800


def draft(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["draft", *map(str, arguments)], catch_exceptions=False)


def draft_json(*arguments: object) -> dict[str, Any]:
    """Draft as JSON and return the parsed document."""
    result = draft(*arguments, "--format", "json", "--timeline", "everything")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def timeline_texts(*arguments: object) -> list[str]:
    """Return the texts of a draft's timeline, except notes about a pause."""
    rows = draft_json(*arguments)["timeline"]
    return [row["text"] for row in rows if not row["text"].startswith("Nothing recorded")]


def authors(*arguments: object) -> list[str]:
    rows = draft_json(*arguments)["timeline"]
    return list(dict.fromkeys(row["author"] for row in rows if row["author"]))


def refusal_of(*arguments: object) -> str:
    """Return the one line with which a draft is refused."""
    result = draft(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("debrief: ")
    return line.removeprefix("debrief: ")


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text.encode()
