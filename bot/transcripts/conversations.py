"""Find the channels and direct messages of an export, whichever program wrote it.

Slack has a folder for each, with a file for each day; in an organization's export, workspaces are folders below
`teams`. Slackdump's dumps have one file for each, and history saved from Slack's API is a file of any name.
Names come from lists, but only folders and files show which conversations there are.
https://slack.com/help/articles/220556107
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack_text.json_values import text
from bot.transcripts.channel_names import normalize
from bot.transcripts.export_json import Export
from bot.transcripts.records import replace_surrogates

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_OTHERS = {
    *_LISTS, "users.json", "org_users.json", "usergroups.json", "integration_logs.json", "canvases.json", "lists.json",
    "file_conversations.json", "huddle_transcripts.json", "content_flags.json",
    "canvas_in_the_conversation.json",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 300  # characters of a name: Slack allows 80, and lists names of people with commas


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A channel or direct message, with its files by their path in the export."""

    name: str
    id: str = ""
    workspace: str = ""  # only in an organization's export
    files: tuple[str, ...] = ()
    is_listed: bool = False

    @property
    def label(self) -> str:
        """Return the name by which people choose it."""
        return f"{self.workspace}/{self.name}" if self.workspace else self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Return its names and ID in the form to compare."""
        return tuple(normalize(name) for name in (self.name, self.id, self.label) if name)


def is_day(path: str) -> bool:
    """Return whether a file is named as Slack names those with a day's messages."""
    return bool(_DAY.match(path.rpartition("/")[2]))


def list_conversations(export: Export) -> list[Conversation]:
    """Return the conversations that are listed, with their files, and then those that no list has."""
    return [conversation for root in export.roots for conversation in _list_below(export, root)]


def _list_below(export: Export, root: str) -> Iterator[Conversation]:
    listed = list(_read_lists(export, root))
    places = _find_places(
        export, root, {key for conversation in listed for key in conversation.keys}
    )
    by_key = {key: place for place in places for key in place.keys}
    placed = [_with_place(conversation, by_key) for conversation in listed]
    placed_files = {conversation.files for conversation in placed}
    # One that is listed without a name can only be told from others by its files.
    listed = [
        conversation
        for conversation in placed
        if conversation.files or conversation.name != conversation.id or not places
    ]
    workspace = root.rpartition("teams/")[2].rstrip("/")
    for conversation in (*listed, *(place for place in places if place.files not in placed_files)):
        yield replace(conversation, workspace=workspace)


def _with_place(listed: Conversation, by_key: Mapping[str, Conversation]) -> Conversation:
    place = next((by_key[key] for key in listed.keys if key in by_key), None)
    return replace(listed, files=place.files) if place else listed


def _read_lists(export: Export, root: str) -> Iterator[Conversation]:
    for file in _LISTS:
        for entry in export.objects(f"{root}{file}", "channels"):
            id_, entry_name = text(entry, "id"), entry.get("name")
            name = replace_surrogates(entry_name).strip() if isinstance(entry_name, str) else ""
            if name or id_:
                yield Conversation(name=(name or id_)[:_LONGEST], id=id_, is_listed=True)


def _find_places(export: Export, root: str, listed: set[str]) -> list[Conversation]:
    """Return what contains messages: folders in Slack's layout, else files, else other folders."""
    names = [name for name in export.files.names(root.rstrip("/")) if not name.startswith("__")]
    folders = [_folder(export, root, folder_name) for folder_name in names]
    as_slack = [folder for folder in folders if _is_as_slack(folder, listed)]
    single = [
        single_name
        for single_name in names
        if single_name.endswith(".json") and single_name not in _OTHERS
    ]
    conversations = as_slack or [*_single_files(export, root, single)] or folders
    return [place for place in conversations if place.files]


def _is_as_slack(folder: Conversation, listed: set[str]) -> bool:
    return any(map(is_day, folder.files)) or not listed.isdisjoint(folder.keys)


def _folder(export: Export, root: str, name: str) -> Conversation:
    files = (file for file in export.files.names(f"{root}{name}") if file not in _OTHERS)
    paths = (f"{root}{name}/{file}" for file in files if file.endswith(".json"))
    return Conversation(name=name, files=tuple(paths))


def _single_files(export: Export, root: str, names: Iterable[str]) -> Iterator[Conversation]:
    """Return the conversations in files beside each other; files without a channel belong together."""
    files: dict[tuple[str, str], list[str]] = {}
    for name in names:
        dump = {} if is_day(name) else parse_dump_header(export.text(f"{root}{name}"))
        id_ = text(dump, "channel_id")
        title = text(dump, "name") or id_ or export.title
        files.setdefault((title, id_), []).append(f"{root}{name}")
    for (name, id_), paths in files.items():
        yield Conversation(name=name, id=id_, files=tuple(paths))


def parse_dump_header(content: str) -> Mapping[str, Any]:
    """Return the fields before a dump's messages: `channel_id` and `name`."""
    head, messages, _ = content.partition('"messages"')
    if not messages:
        return {}
    try:
        start = json.loads(head + '"messages": []}')
    except (ValueError, RecursionError):
        return {}
    return start if isinstance(start, dict) else {}
