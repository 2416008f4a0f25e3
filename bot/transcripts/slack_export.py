"""Slack exports: a folder or a zip with channels.json, users.json and CHANNEL/YYYY-MM-DD.json.

Shapes differ by age: old exports have no threads, put a file inside its message, and write mentions
as `<@U1|name>`. https://slack.com/help/articles/220556107
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.domain.markup import referenced
from bot.domain.timeline import Record, TimelineEvent
from bot.redaction import redact_all
from bot.transcripts.export_files import ExportFiles, is_one_name, opened
from bot.transcripts.slack_messages import event_of
from bot.transcripts.sources import (
    BrokenFile,
    ChannelNeeded,
    NoChannel,
    NoFolder,
    NoUsers,
    Reading,
    Unreadable,
    record_of,
    sound,
)

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
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
            record = _with_references(export, record_of(name, _events(export, name), people))
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


def _with_references(export: _Export, record: Record) -> Record:
    """Add the names of the channels and user groups that messages refer to by id."""
    wanted = {each for event in record.events for each in referenced(event.text)}
    channels = {each.get("id"): each.get("name") for name in _LISTS for each in export.json(name)}
    groups = {each.get("id"): each.get("handle") for each in export.json("usergroups.json")}
    named = {
        str(reference): sound(name)
        for reference, name in {**channels, **groups}.items()
        if reference in wanted and isinstance(name, str) and name
    }
    return replace(record, people=redact_all(named) | dict(record.people))


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
                event = event_of(message, channel)
            except ValueError as error:
                export.broken(f"{channel}/{day}", str(error))
            else:
                if event:
                    yield event
