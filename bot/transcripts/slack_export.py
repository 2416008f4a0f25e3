"""Slack exports: a folder or a zip with channels.json, users.json and CHANNEL/YYYY-MM-DD.json.

Shapes differ by age: old exports have no threads, put a file inside its message, and write mentions
as `<@U1|name>`. https://slack.com/help/articles/220556107
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.timeline import Kind, Source, TimelineEvent
from bot.transcripts.export_files import ExportFiles, is_one_name, opened
from bot.transcripts.sources import (
    BrokenFile,
    ChannelNeeded,
    NoChannel,
    NoFolder,
    NoUsers,
    Reading,
    Unreadable,
    instant,
    marks,
    record_of,
    sound,
)

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_JOINS = ("_join", "_leave")
_TOPICS = ("_topic", "_purpose", "_name", "_archive", "_unarchive")
_UNREADABLE = (
    OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(kw_only=True)
class _Export:
    """The files of an export by their path inside it, and what was left out while reading."""

    path: Path
    files: ExportFiles
    lenient: bool
    warnings: list[str] = field(default_factory=list)

    def json(self, name: str) -> list[Mapping[str, Any]]:
        """A file's list of objects; empty when there is no such file."""
        if not self.files.has(name):
            return []
        try:
            found = json.loads(self.files.read(name).decode("utf-8-sig"))
        except (ValueError, RecursionError):
            self.broken(name, "no JSON")
            return []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.broken(name, "no list of objects")
            return []
        return found

    def broken(self, name: str, reason: str) -> None:
        if not self.lenient:
            raise BrokenFile(path=f"{self.path}/{name}", reason=reason)
        self.warnings.append(f"Left out: {name}, {reason}")


def read(path: Path, *, channel: str | None, lenient: bool) -> Reading:
    """Read one channel of an export; the only one, or the one that is named."""
    try:
        with opened(path) as files:
            export = _Export(path=path, files=files, lenient=lenient)
            people = _people(export)
            name = _chosen(export, channel)
            record = record_of(name, _events(export, name), people)
    except _UNREADABLE as error:
        raise Unreadable(path=path, reason=_reason(error)) from None
    return Reading(record=record, warnings=tuple(export.warnings))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "no zip that can be read"


def _people(export: _Export) -> dict[str, str]:
    if not export.files.has("users.json"):
        raise NoUsers(path=export.path)
    users = export.json("users.json")
    return {str(user.get("id")): sound(_name(user)) for user in users if user.get("id")}


def _name(user: Mapping[str, Any]) -> str:
    """What people see: the display name, else the real one, else the handle."""
    profile = user.get("profile")
    shown = profile if isinstance(profile, dict) else {}
    names = (
        shown.get("display_name"),
        shown.get("real_name"),
        user.get("real_name"),
        user.get("name"),
        user.get("id"),
    )
    return next(name for name in names if isinstance(name, str) and name.strip())


def _chosen(export: _Export, channel: str | None) -> str:
    listed = (each for name in _LISTS for each in export.json(name))
    names = {str(each.get("id")): str(each.get("name") or each.get("id")) for each in listed}
    known = sorted(set(names.values()))
    if channel is None:
        if len(known) != 1:
            raise ChannelNeeded(path=export.path, channels=", ".join(known) or "none is listed")
        return _as_folder(export, known[0])
    wanted = names.get(channel, channel.removeprefix("#"))
    if wanted not in known:
        raise NoChannel(channel=channel, path=export.path, channels=", ".join(known) or "none")
    return _as_folder(export, wanted)


def _as_folder(export: _Export, name: str) -> str:
    """The channel's name, when the folder of that name can only be the channel's."""
    if not is_one_name(name):
        raise NoFolder(channel=name, path=export.path)
    return name


def _events(export: _Export, channel: str) -> Iterator[TimelineEvent]:
    for day in export.files.names(channel):
        for message in export.json(f"{channel}/{day}") if day.endswith(".json") else ():
            try:
                yield _event(message, channel)
            except ValueError as error:
                export.broken(f"{channel}/{day}", str(error))


def _event(message: Mapping[str, Any], channel: str) -> TimelineEvent:
    ts = message.get("ts")
    thread = message.get("thread_ts")
    kind = _kind(message)
    return TimelineEvent(
        message_id=str(ts),
        channel_id=channel,
        author=_author(message),
        text=sound(_said(message)),
        happened_at=instant(ts),
        kind=kind,
        source=Source.READ,
        thread_id=str(thread) if thread and thread != ts else None,
        edited="edited" in message,
        deleted=message.get("subtype") == "tombstone",
        marks=marks(message.get("reactions")),
    )


def _kind(message: Mapping[str, Any]) -> Kind:
    subtype = str(message.get("subtype") or "")
    if subtype.endswith(_JOINS):
        return Kind.JOINED
    if subtype.endswith(_TOPICS):
        return Kind.TOPIC
    by_application = subtype == "bot_message" or message.get("bot_id")
    return Kind.ALERT if by_application else Kind.MESSAGE


def _author(message: Mapping[str, Any]) -> str:
    profile = message.get("bot_profile")
    application = profile.get("name") if isinstance(profile, dict) else None
    names = [message.get("username"), application, message.get("user"), message.get("bot_id")]
    if _kind(message) is not Kind.ALERT:
        names = [message.get("user"), message.get("username")]
    return next((sound(name) for name in names if isinstance(name, str) and name), "somebody")


def _said(message: Mapping[str, Any]) -> str:
    """The text, then what an application put into attachments, then the names of files."""
    parts = [message.get("text")]
    if not message.get("text"):
        attached = _objects(message.get("attachments"))
        parts += [
            each.get("text") or each.get("fallback") or each.get("title") for each in attached
        ]
    files = _objects(message.get("files")) or _objects([message.get("file")])
    parts += [each.get("title") or each.get("name") for each in files]
    said = [part for part in parts if isinstance(part, str) and part.strip()]
    return "\n".join(dict.fromkeys(said))


def _objects(value: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
