"""Single files: dumps, days and API responses are read, and other files are refused with a reason."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.transcripts.exports import (
    ALL_TEXTS,
    DAY,
    FIRST,
    USERS,
    draft_json,
    refusal_of,
    timeline_texts,
    write_folder,
)

REPLY = FIRST | {
    "user": "U2",
    "text": "same here",
    "ts": "1773153060.000100",
    "thread_ts": FIRST["ts"],
}
PARENT = FIRST | {"thread_ts": FIRST["ts"], "slackdump_thread_replies": [REPLY]}
DUMP = {"channel_id": "C1", "name": "inc-1", "messages": [PARENT, *DAY[1:]]}
PAGES = [{"ok": True, "messages": DAY[1:][::-1]}, {"ok": True, "messages": DAY[:1]}]
THREADED = [ALL_TEXTS[0], "same here", *ALL_TEXTS[1:]]

READ: dict[str, tuple[str, Any, list[str]]] = {
    "a day": ("2026-03-10.json", DAY, ALL_TEXTS),
    "a dump": ("C1.json", DUMP, THREADED),
    "a dump on one line": ("C1.jsonl", json.dumps(DUMP), THREADED),
    "a dump on many lines": ("C1.txt", json.dumps(DUMP, indent=2), THREADED),
    "a thread's dump": ("C1-1.json", DUMP | {"thread_ts": FIRST["ts"], "messages": [FIRST, REPLY]}, THREADED[:2]),
    "a response": ("history.json", PAGES[0] | {"messages": DAY[::-1], "has_more": False}, ALL_TEXTS),
    "responses in a list": ("history.json", PAGES, ALL_TEXTS),
    "responses after each other": ("history.json", "\n".join(json.dumps(each, indent=1) for each in PAGES), ALL_TEXTS),
    "a response on each line": ("history.jsonl", "\n".join(map(json.dumps, PAGES)), ALL_TEXTS),
    "a list of lines": ("talk.json", "[\n" + ",\n".join(map(json.dumps, DAY)) + "\n]\n", ALL_TEXTS),
    "days in a list": ("talk.json", [DAY[:1], DAY[1:]], ALL_TEXTS),
    "one message on many lines": ("talk.json", json.dumps(FIRST, indent=2), ALL_TEXTS[:1]),
    "replies as Slack repeats them": ("replies.jsonl", "\n".join(map(json.dumps, [FIRST, REPLY, FIRST, *DAY[1:]])), THREADED),
    "UTF-16": ("talk.jsonl", "\r\n".join(map(json.dumps, DAY)).encode("utf-16"), ALL_TEXTS),
    "UTF-16 without a mark": ("day.json", json.dumps(DAY).encode("utf-16-le"), ALL_TEXTS),
    "lines that end as on old Macs": ("talk.jsonl", "\r".join(map(json.dumps, DAY)), ALL_TEXTS),
    "a transcript as a list": ("talk.json", [{"ts": "2026-03-10T14:30:00Z", "user": "ana", "text": "it fails"}], ["it fails"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_each_kind_of_file_is_read(tmp_path: Path, kind: str) -> None:
    name, content, texts = READ[kind]
    assert timeline_texts(write_folder(tmp_path, {name: content}) / name) == texts


def test_a_dump_contains_its_channel(tmp_path: Path) -> None:
    path = write_folder(tmp_path, {"C1.json": DUMP, "users.json": USERS}) / "C1.json"
    assert draft_json(path)["incident"]["channel"] == "inc-1"
    assert (
        timeline_texts(path, "--channel", "C1")
        == timeline_texts(path, "--channel", "#inc-1")
        == THREADED
    )
    assert (
        refusal_of(path, "--channel", "inc-2")
        == f"There's no channel inc-2 in {path}. Available: inc-1."
    )


def _tar(mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("inc-1/2026-03-10.json"))
    return packed.getvalue()


REFUSED: dict[str, tuple[str, Any, str]] = {
    "tar.gz": ("export.tar.gz", _tar("w:gz"), "is a gzip archive. Unpack it"),
    "tar": ("export.tar", _tar("w"), "is a tar archive. Unpack it"),
    "tar.bz2": ("export.tar.bz2", _tar("w:bz2"), "is a bzip2 archive. Unpack it"),
    "tar.xz": ("export.tar.xz", _tar("w:xz"), "is an xz archive. Unpack it"),
    "gz": ("talk.jsonl.gz", gzip.compress(b"{}"), "is a gzip archive. Unpack it"),
    "7z": ("export.7z", b"7z\xbc\xaf\x27\x1c\0\4", "is a 7z archive. Unpack it"),
    "rar": ("export.zip", b"Rar!\x1a\7\1\0", "is a RAR archive. Unpack it"),
    "web page": ("inc-1.html", "\n<!DOCTYPE html>\n<title>", "is a web page. Use Slack's JSON export"),
    "PDF": ("inc-1.pdf", b"%PDF-1.7", "is a PDF. Use Slack's JSON export"),
    "database": ("slackdump.sqlite", b"SQLite format 3\0", "convert it with `slackdump convert -f export`"),
    "picture": ("card.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
    "text": ("talk.txt", "[14:30] ana: it fails\n", "is not JSON"),
    "table": ("talk.csv", "ts,user,text\n", "is not JSON"),
    "empty": ("talk.jsonl", b"", "is empty"),
    "blank": ("talk.jsonl", " \n\n", "is empty"),
    "empty zip": ("export.zip", b"PK\5\6" + bytes(18), "has no Slack messages"),
    "no zip": ("export.zip", b"PK\3\4", "isn't a zip file, or is incomplete"),
    "no messages": ("2026-03-10.json", [], "has no Slack messages"),
    "a response without messages": ("history.json", {"ok": True, "messages": []}, "has no Slack messages"),
    "people": ("users.json", USERS, "has no Slack messages. Use a file of messages"),
    "a channel's name and its messages": ("talk.json", {"inc-1": DAY}, "has no Slack messages"),
    "canvases": ("canvases.json", [{"id": "F1", "title": "Notes"}], "has no Slack messages"),
    "an error": ("history.json", {"ok": False, "error": "not_in_channel"}, "an error from Slack instead of messages: not_in_channel"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_without_messages_is_refused_with_a_reason(tmp_path: Path, kind: str) -> None:
    name, content, reason = REFUSED[kind]
    path = write_folder(tmp_path, {name: content}) / name
    line = refusal_of(path)
    assert line.startswith(str(path))
    assert reason in line
