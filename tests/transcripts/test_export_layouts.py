"""Exports in the layouts of Slack, other exporters and operating systems are read, or refused with a reason."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.transcripts.exports import (
    ALL_TEXTS,
    DAY,
    EXPORT,
    FIRST,
    USERS,
    Files,
    authors,
    draft,
    draft_json,
    refusal_of,
    timeline_texts,
    without,
    write_folder,
    write_zip,
)

CANVAS = [{"id": "F1", "title": "Notes", "filetype": "quip"}]
NAMED = unicodedata.normalize("NFC", "störung-café")
DECOMPOSED = unicodedata.normalize("NFD", NAMED)
DUMP = {"channel_id": "C1", "name": "inc-1", "messages": DAY}
OTHER_LISTS = (
    "integration_logs.json", "canvases.json", "lists.json", "file_conversations.json",
    "inc-1/canvas_in_the_conversation.json", "inc-1/bookmarks.json",
)  # fmt: skip
JUNK = ("__MACOSX/._inc-1", "inc-1/._2026-03-10.json", "inc-1/.DS_Store", ".DS_Store")
NO_DAY = without("inc-1/2026-03-10.json")

READ: dict[str, Files] = {
    "lists of something else": EXPORT | dict.fromkeys(OTHER_LISTS, CANVAS),
    "empty lists": EXPORT | {"huddle_transcripts.json": None, "groups.json": None, "dms.json": []},
    "comments on a canvas": EXPORT | {"FC:F1:Notes/2026-03-11.json": [FIRST]},
    "people of an organization": without("users.json") | {"org_users.json": USERS},
    "people as the API lists them": EXPORT | {"users.json": {"ok": True, "members": USERS}},
    "no list of channels": without("channels.json"),
    "a channel without a name": EXPORT | {"channels.json": [{"id": "C1", "name": ""}]},
    "a channel whose name is null": EXPORT | {"channels.json": [{"id": "C1", "name": None}]},
    "a folder named by ID": NO_DAY | {"C1/2026-03-10.json": DAY},
    "a name with capitals": NO_DAY | {"Inc-1/2026-03-10.json": DAY},
    "one more folder": {f"export/{name}": each for name, each in EXPORT.items()},
    "two more folders, no lists": {"a/b/inc-1/2026-03-10.json": DAY},
    "files of macOS": EXPORT | dict.fromkeys(JUNK, b"\0\5\x16\7"),
    "downloaded files": EXPORT | {"__uploads/F1/a.json": [FIRST], "inc-1/files/b.json": [FIRST]},
    "one file for all days": NO_DAY | {"inc-1/messages.json": DAY},
    "lines in place of a list": NO_DAY | {"inc-1/2026-03-10.json": "\n".join(map(json.dumps, DAY))},
    "with a byte order mark": NO_DAY
    | {"inc-1/2026-03-10.json": json.dumps(DAY, indent=1).replace("\n", "\r\n").encode("utf-8-sig")},
    "UTF-16": NO_DAY | {"inc-1/2026-03-10.json": json.dumps(DAY).encode("utf-16")},
    "one workspace of an organization": {f"teams/eng/{name}": each for name, each in EXPORT.items()}
    | {"org_users.json": USERS, "channels.json": []},
    "paths that begin with a dot": {f"./{name}": each for name, each in EXPORT.items()},
    "a path of many folders": EXPORT | {"a/" * 500 + "b.json": [FIRST]},
    "slackdump's dump": {"C1.json": DUMP, "C1/F1-data.json": [FIRST], "users.json": USERS},
    "slackdump's dump with a thread": {"C1.json": DUMP, "C1-1773153000.000100.json": DUMP},
    "the API's responses": {"1.json": {"ok": True, "messages": DAY[1:][::-1]}, "2.json": DAY[:1]},
}  # fmt: skip


@pytest.mark.parametrize("layout", READ)
def test_each_layout_is_read(tmp_path: Path, layout: str) -> None:
    root = write_folder(tmp_path / "export", READ[layout])
    assert timeline_texts(root) == ALL_TEXTS
    assert timeline_texts(write_zip(tmp_path / "export.zip", READ[layout])) == ALL_TEXTS


@pytest.mark.parametrize(
    "channel", ["inc-1", "#inc-1", "C1", "INC-1", "https://x.example/archives/C1"]
)
def test_a_channel_is_chosen_by_name_or_id(tmp_path: Path, channel: str) -> None:
    lists = {"channels.json": [{"id": "C1", "name": "inc-1"}, {"id": "C2", "name": "other"}]}
    root = write_folder(
        tmp_path, EXPORT | lists | {"other/2026-03-10.json": [FIRST | {"text": "hm"}]}
    )
    assert timeline_texts(root, "--channel", channel) == ALL_TEXTS


@pytest.mark.parametrize("listed", [{"channels.json": [{"id": "C1", "name": ""}]}, {}])
def test_a_folder_missing_from_the_channel_list_is_chosen_by_its_name(
    tmp_path: Path, listed: Files
) -> None:
    files = without("channels.json") | listed | {"inc-2/2026-03-10.json": DAY}
    root = write_folder(tmp_path, files)
    assert refusal_of(root).endswith(
        "has several channels. Choose one with --channel: inc-1, inc-2."
    )
    assert refusal_of(root, "--channel", "inc-3").endswith("Available: inc-1, inc-2.")
    assert timeline_texts(root, "--channel", "#inc-2") == ALL_TEXTS


@pytest.mark.parametrize("stored", [NAMED, DECOMPOSED])
@pytest.mark.parametrize("typed", [NAMED, DECOMPOSED, f"#{NAMED.upper()}"])
def test_names_with_accents_are_found_in_either_unicode_form(
    tmp_path: Path, stored: str, typed: str
) -> None:
    files = {"channels.json": [{"id": "C1", "name": NAMED}], f"{stored}/2026-03-10.json": DAY}
    files |= {"users.json": USERS}
    for flagged in (True, False):
        archive = write_zip(tmp_path / "export.zip", files, flagged=flagged)
        assert timeline_texts(archive) == timeline_texts(archive, "--channel", typed) == ALL_TEXTS
    assert (
        timeline_texts(write_folder(tmp_path / "unpacked", files), "--channel", typed) == ALL_TEXTS
    )


def test_a_windows_zip_with_backslashes_is_read(tmp_path: Path) -> None:
    files = {name.replace("/", "\\"): content for name, content in EXPORT.items()}
    assert timeline_texts(write_zip(tmp_path / "export.zip", files)) == ALL_TEXTS


def test_a_single_channel_or_day_takes_names_from_its_export(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "export", EXPORT)
    for part in (root / "inc-1", root / "inc-1" / "2026-03-10.json"):
        assert authors(part) == ["ana", "ben"]
        assert draft_json(part)["incident"]["channel"] == "inc-1"


def test_choosing_a_channel_without_messages_lists_those_with_messages(tmp_path: Path) -> None:
    lists = {"channels.json": [{"id": "C1", "name": "inc-1"}, {"id": "C2", "name": "other"}]}
    root = write_folder(tmp_path, EXPORT | lists)
    assert "no messages from other. It has messages from: inc-1." in refusal_of(
        root, "--channel", "other"
    )


NO_MESSAGES: dict[str, tuple[Files, str]] = {
    "nothing": ({"empty/.keep": ""}, "An export has channels.json, users.json, and"),
    "only lists": ({"users.json": USERS, "inc-1/canvas_in_the_conversation.json": CANVAS}, "An export has channels.json"),
    "slackdump's database": ({"slackdump.sqlite": b"SQLite format 3\0"}, "slackdump convert -f export"),
    "slackdump's archive": ({"C1.json.gz": b"\x1f\x8b"}, "slackdump convert -f export"),
    "transcripts": ({"talk.jsonl": "{}"}, "Use the transcript inside it: talk.jsonl."),
    "a zip": ({"export.zip": b"PK\3\4"}, "Use the archive inside it: export.zip."),
    "a text export": ({"channels/inc-1.txt": "14:30 ana"}, "It contains text files. Use Slack's JSON export."),
    "web pages": ({"html/inc-1.html": "<html>"}, "It contains web pages. Use Slack's JSON export."),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_MESSAGES)
def test_an_export_without_messages_is_refused_with_what_it_contains(
    tmp_path: Path, kind: str
) -> None:
    files, reason = NO_MESSAGES[kind]
    for path in (
        write_folder(tmp_path / "export", files),
        write_zip(tmp_path / "export.zip", files),
    ):
        assert reason in refusal_of(path)


def test_only_channels_with_messages_are_listed_and_the_list_is_shortened(tmp_path: Path) -> None:
    channels = [{"id": f"C{n}", "name": f"c-{n:03}"} for n in range(400)]
    days = {f"c-{n:03}/2026-03-10.json": DAY for n in range(0, 400, 4)}
    root = write_zip(tmp_path / "export.zip", without() | {"channels.json": channels} | days)
    listed = refusal_of(root).partition("--channel: ")[2]
    assert listed.startswith("c-000, c-004, ")
    assert listed.endswith(", c-116 and 71 more.")
    assert "Available: c-208, " in refusal_of(root, "--channel", "#c-208x")


def test_workspaces_of_an_organization_may_have_channels_with_the_same_name(tmp_path: Path) -> None:
    files = without("users.json", "channels.json") | {"org_users.json": USERS}
    for team in ("eng", "ops"):
        files[f"teams/{team}/channels.json"] = [{"id": f"C{team}", "name": "general"}]
        files[f"teams/{team}/general/2026-03-10.json"] = [FIRST | {"text": f"{team} fails"}]
    root = write_folder(tmp_path, files)
    assert timeline_texts(root, "--channel", "inc-1") == ALL_TEXTS
    assert (
        timeline_texts(root, "--channel", "ops/general")
        == timeline_texts(root, "--channel", "Cops")
        == ["ops fails"]
    )
    hint = "Choose one with --channel: eng/general, ops/general."
    assert hint in refusal_of(root, "--channel", "general")


def test_a_channel_with_only_system_messages_is_explained(tmp_path: Path) -> None:
    joined = FIRST | {"subtype": "channel_join"}
    root = write_folder(tmp_path, EXPORT | {"inc-1/2026-03-10.json": [joined]})
    error = (
        "Nobody has posted in inc-1. It only has system messages, such as “joined the channel”.\n"
    )
    assert draft(root).stderr == error


def test_an_encrypted_zip_is_explained(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "export.zip", EXPORT)
    content = bytearray(path.read_bytes())
    for start, flags in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        position = content.find(start)
        while position >= 0:
            content[position + flags] |= 1
            position = content.find(start, position + 1)
    path.write_bytes(content)
    assert (
        refusal_of(path) == f"{path} is encrypted. Unzip it with its password, then use the folder."
    )


PEOPLE: list[dict[str, Any]] = [
    {"user": "U9", "user_profile": {"real_name": "Cy Adams", "display_name": "cy"}, "text": "a"},
    {"user": "U8", "user_profile": {"real_name": "Di Ng", "display_name": ""}, "text": "b <@U9>"},
    {"user": "W7", "username": "eve", "text": "c"},
    {"user": "U6", "text": "d"},
    {"user": "USLACKBOT", "text": "e"},
    {"bot_id": "B1", "subtype": "bot_message", "text": "f"},
    {"bot_id": "B2", "bot_profile": {"id": "B2", "name": "PagerDuty"}, "text": "g"},
]
TALK = [each | {"type": "message", "ts": f"177315300{n}.000100"} for n, each in enumerate(PEOPLE)]


def test_people_in_no_list_are_named_as_in_their_messages(tmp_path: Path) -> None:
    root = write_folder(tmp_path, without("users.json") | {"inc-1/2026-03-10.json": TALK})
    assert authors(root) == ["Cy Adams", "Di Ng", "eve", "U6", "Slackbot", "B1", "PagerDuty"]
    assert "b @Cy Adams" in timeline_texts(root)
    warning = f"There's no users.json in {root}, so names come from the messages. No name for U6.\n"
    assert draft(root).stderr == draft(root, "--lenient").stderr == warning
    users = [{"id": "U6", "name": "flo"}, {"id": "U7", "name": "gus", "profile": {"bot_id": "B1"}}]
    write_folder(root, {"users.json": users})
    assert authors(root) == ["Cy Adams", "Di Ng", "eve", "flo", "Slackbot", "gus", "PagerDuty"]
    assert draft(root).stderr == ""


def test_warnings_show_file_names_unescaped(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "Acme & Co <old>", without("users.json"))
    assert f"users.json in {root}, so" in draft(root).stderr


def test_mentioned_channels_have_names(tmp_path: Path) -> None:
    message = FIRST | {"text": "alerts are in <#C1|>, <#C1>, <#C2|other> and <#C3>"}
    root = write_folder(tmp_path, EXPORT | {"inc-1/2026-03-10.json": [message]})
    assert timeline_texts(root) == ["alerts are in #inc-1, #inc-1, #other and #C3"]
