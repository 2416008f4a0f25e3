"""Find the channels and direct messages of an export, whichever program wrote it.

Slack has a folder for each, with a file for each day. Slackdump's dumps have one file for each, and history
saved from Slack's API is a file of any name. Names come from lists, but only folders and files tell what
there is: https://slack.com/help/articles/220556107
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack_text.json_values import text
from bot.transcripts.channel_names import comparable
from bot.transcripts.errors import ChannelNeeded, EmptyChannel, NoChannel, NoFileFor, NoFolder
from bot.transcripts.export_files import is_one_name
from bot.transcripts.export_json import Export
from bot.transcripts.sources import sound

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_OTHERS = {
    *_LISTS, "users.json", "org_users.json", "integration_logs.json", "canvases.json", "lists.json",
    "file_conversations.json", "huddle_transcripts.json", "content_flags.json",
    "canvas_in_the_conversation.json",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMMENTS = "FC:"  # Slack keeps comments on a canvas in a folder of its own
_MOST_NAMED = 30
_LONGEST = (
    300  # characters of a name; Slack allows 80, and lists the names of people in one for several
)


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A channel or direct message, with its files by their path in the export."""

    name: str
    id: str = ""
    files: tuple[str, ...] = ()
    is_listed: bool = False

    @property
    def keys(self) -> set[str]:
        """Return what it is called, to compare."""
        return {comparable(each) for each in (self.name, self.id) if each}


def is_day(path: str) -> bool:
    """Return whether a file is named as Slack names those with a day's messages."""
    return bool(_DAY.match(path.rpartition("/")[2]))


def all_of(export: Export) -> list[Conversation]:
    """Return the conversations that are listed, with their files, and then those that no list has."""
    listed = list(_listed(export))
    places = _places(export, {key for each in listed for key in each.keys})
    by_key = {key: place for place in places for key in place.keys}
    found = [
        replace(each, files=place.files) if (place := _place(each, by_key)) else each
        for each in listed
    ]
    taken = {each.files for each in found}
    unlisted = [place for place in places if place.files not in taken]
    # One that is listed without a name can only be told from others by its files.
    return [each for each in found if each.files or each.name != each.id or not places] + unlisted


def chosen(export: Export, found: list[Conversation], channel: str | None) -> Conversation:
    """Return the conversation that somebody asked for; without a name, the only one."""
    if not found:
        raise export.without_messages()
    if channel is None:
        return _with_files(export, _only(export, found), found)
    wanted = comparable(channel)
    matching = [each for each in found if wanted in each.keys]
    if not matching:
        raise NoChannel(channel=channel, path=export.path, channels=_named(found))
    return _with_files(export, max(matching, key=lambda each: len(each.files)), found)


def _only(export: Export, found: list[Conversation]) -> Conversation:
    candidates = [each for each in found if each.is_listed] or found
    candidates = [each for each in candidates if not each.name.startswith(_COMMENTS)] or candidates
    for each in candidates:
        if not is_one_name(each.name):
            raise NoFolder(channel=each.name, path=export.path)
    if len(candidates) > 1:
        raise ChannelNeeded(path=export.path, channels=_named(candidates))
    return candidates[0]


def _with_files(export: Export, wanted: Conversation, found: list[Conversation]) -> Conversation:
    if wanted.files:
        return wanted
    if not is_one_name(wanted.name):
        raise NoFolder(channel=wanted.name, path=export.path)
    others = [each for each in found if each.files]
    if not others:
        raise EmptyChannel(channel=wanted.name)
    raise NoFileFor(channel=wanted.name, path=export.path, channels=_named(others))


def _place(listed: Conversation, by_key: Mapping[str, Conversation]) -> Conversation | None:
    return next((by_key[key] for key in listed.keys if key in by_key), None)


def _listed(export: Export) -> Iterator[Conversation]:
    for file in _LISTS:
        for each in export.objects(file, "channels"):
            id_, called = text(each, "id"), each.get("name")
            name = sound(called).strip() if isinstance(called, str) else ""
            if name or id_:
                yield Conversation(name=(name or id_)[:_LONGEST], id=id_, is_listed=True)


def _places(export: Export, listed: set[str]) -> list[Conversation]:
    """Return what holds messages: folders as Slack has them, else files, else folders of other files."""
    names = [each for each in export.files.names("") if not each.startswith("__")]
    folders = [_folder(export, each) for each in names]
    as_slack = [each for each in folders if any(map(is_day, each.files)) or each.keys & listed]
    single = [each for each in names if each.endswith(".json") and each not in _OTHERS]
    found = as_slack or [*_single_files(export, single)] or folders
    return [each for each in found if each.files]


def _folder(export: Export, name: str) -> Conversation:
    files = (each for each in export.files.names(name) if each not in _OTHERS)
    paths = (f"{name}/{each}" for each in files if each.endswith(".json"))
    return Conversation(name=name, files=tuple(paths))


def _single_files(export: Export, names: list[str]) -> Iterator[Conversation]:
    """Return the conversations in files beside each other; those that don't say theirs belong together."""
    files: dict[tuple[str, str], list[str]] = {}
    for name in names:
        said = {} if is_day(name) else dump_of(export.text(name))
        id_ = text(said, "channel_id")
        files.setdefault((text(said, "name") or id_ or export.title, id_), []).append(name)
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


def _named(found: list[Conversation]) -> str:
    """Return names for people to choose from; of very many, those that have messages."""
    names = sorted({each.name for each in found})
    if len(names) > _MOST_NAMED:
        names = sorted({each.name for each in found if each.files}) or names
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
