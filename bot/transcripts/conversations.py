"""Find the channels and direct messages of an export, whichever program wrote it.

Slack has a folder for each, with a file for each day; in an organization's export, workspaces are folders below
`teams`. Slackdump's dumps have one file for each, and history saved from Slack's API is a file of any name.
Names come from lists, but only folders and files tell what there is.
https://slack.com/help/articles/220556107
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack_text.json_values import text
from bot.transcripts.channel_names import comparable
from bot.transcripts.export_json import Export
from bot.transcripts.sources import replace_surrogates

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
        """Return the name to choose it by."""
        return f"{self.workspace}/{self.name}" if self.workspace else self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what it is called, to compare."""
        return tuple(comparable(each) for each in (self.name, self.id, self.label) if each)


def is_day(path: str) -> bool:
    """Return whether a file is named as Slack names those with a day's messages."""
    return bool(_DAY.match(path.rpartition("/")[2]))


def all_of(export: Export) -> list[Conversation]:
    """Return the conversations that are listed, with their files, and then those that no list has."""
    return [each for root in export.roots for each in _below(export, root)]


def _below(export: Export, root: str) -> Iterator[Conversation]:
    listed = list(_listed(export, root))
    places = _places(export, root, {key for each in listed for key in each.keys})
    by_key = {key: place for place in places for key in place.keys}
    found = [_with_place(each, by_key) for each in listed]
    taken = {each.files for each in found}
    # One that is listed without a name can only be told from others by its files.
    listed = [each for each in found if each.files or each.name != each.id or not places]
    workspace = root.rpartition("teams/")[2].rstrip("/")
    for each in (*listed, *(place for place in places if place.files not in taken)):
        yield replace(each, workspace=workspace)


def _with_place(listed: Conversation, by_key: Mapping[str, Conversation]) -> Conversation:
    place = next((by_key[key] for key in listed.keys if key in by_key), None)
    return replace(listed, files=place.files) if place else listed


def _listed(export: Export, root: str) -> Iterator[Conversation]:
    for file in _LISTS:
        for each in export.objects(f"{root}{file}", "channels"):
            id_, called = text(each, "id"), each.get("name")
            name = replace_surrogates(called).strip() if isinstance(called, str) else ""
            if name or id_:
                yield Conversation(name=(name or id_)[:_LONGEST], id=id_, is_listed=True)


def _places(export: Export, root: str, listed: set[str]) -> list[Conversation]:
    """Return what holds messages: folders as Slack has them, else files, else folders of other files."""
    names = [each for each in export.files.names(root.rstrip("/")) if not each.startswith("__")]
    folders = [_folder(export, root, each) for each in names]
    as_slack = [each for each in folders if _is_as_slack(each, listed)]
    single = [each for each in names if each.endswith(".json") and each not in _OTHERS]
    found = as_slack or [*_single_files(export, root, single)] or folders
    return [each for each in found if each.files]


def _is_as_slack(folder: Conversation, listed: set[str]) -> bool:
    return any(map(is_day, folder.files)) or not listed.isdisjoint(folder.keys)


def _folder(export: Export, root: str, name: str) -> Conversation:
    files = (each for each in export.files.names(f"{root}{name}") if each not in _OTHERS)
    paths = (f"{root}{name}/{each}" for each in files if each.endswith(".json"))
    return Conversation(name=name, files=tuple(paths))


def _single_files(export: Export, root: str, names: Iterable[str]) -> Iterator[Conversation]:
    """Return the conversations in files beside each other; those that don't say theirs belong together."""
    files: dict[tuple[str, str], list[str]] = {}
    for name in names:
        said = {} if is_day(name) else dump_of(export.text(f"{root}{name}"))
        id_ = text(said, "channel_id")
        called = text(said, "name") or id_ or export.title
        files.setdefault((called, id_), []).append(f"{root}{name}")
    for (name, id_), paths in files.items():
        yield Conversation(name=name, id=id_, files=tuple(paths))


def dump_of(content: str) -> Mapping[str, Any]:
    """Return what a dump says before its messages: `channel_id` and `name`."""
    head, messages, _ = content.partition('"messages"')
    if not messages:
        return {}
    try:
        found = json.loads(head + '"messages": []}')
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
