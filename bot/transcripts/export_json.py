"""Read the JSON files of an export, and record what is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.transcripts.errors import BrokenFile, NoMessages, NotUnicode
from bot.transcripts.export_files import ExportFiles
from bot.transcripts.file_types import SLACKDUMP
from bot.transcripts.json_text import decode, decode_leniently, list_elements, parse_values
from bot.transcripts.records import describe_left_out
from bot.transcripts.slack_messages import list_messages

_LAYOUT = (
    "An export has channels.json, users.json, and for each channel a folder with files such as"
    " 2026-03-10.json"
)
# Advice about a folder or zip without messages, by the endings of the names in it.
_ADVICE = (
    ((".sqlite", ".sqlite3", ".db", ".json.gz"), SLACKDUMP),
    ((".jsonl", ".ndjson"), "Use the transcript inside it: {name}"),
    ((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"), "Use the archive inside it: {name}"),
    ((".html", ".htm"), "It contains web pages. Use Slack's JSON export"),
    ((".txt", ".csv"), "It contains text files. Use Slack's JSON export"),
)


@dataclass(kw_only=True)
class Export:
    """The files of an export by their path inside it, and what was left out while reading."""

    path: Path
    files: ExportFiles
    lenient: bool
    warnings: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return the name of the folder or zip."""
        resolved = self.path.resolve()
        return (resolved.name if self.path.is_dir() else resolved.stem) or "export"

    @property
    def roots(self) -> list[str]:
        """Return the folders with lists and channels: the top, and an organization's workspaces."""
        workspaces = (f"teams/{name}" for name in self.files.names("teams"))
        return ["", *(f"{folder}/" for folder in workspaces if self.files.names(folder))]

    def objects(self, name: str, key: str) -> list[Mapping[str, Any]]:
        """Return a file's list of objects, also one named `key`; empty if there is no such file."""
        if not self.files.has(name):
            return []
        values = [element for value in self._values(name) for element in list_elements(value, key)]
        for number, element in enumerate(values, 1):
            if not isinstance(element, dict):
                self.report_broken(name, f"entry {number:,} isn't a JSON object")
        return [element for element in values if isinstance(element, dict)]

    def messages(self, name: str) -> list[object]:
        """Return what a file has in place of messages."""
        return [
            message
            for value in self._values(name)
            for message in list_messages(value)
            if value is not None
        ]

    def text(self, name: str) -> str:
        """Return the text of a file; invalid bytes become U+FFFD."""
        return decode_leniently(self.files.read(name))

    def report_broken(self, name: str, reason: str) -> None:
        """Raise an error for something broken; if lenient, note that it's left out."""
        if not self.lenient:
            raise BrokenFile(path=f"{self.path}/{name}", reason=reason)
        self.warnings.append(describe_left_out(name, reason))

    def without_messages(self) -> NoMessages:
        """Return the error for an export that has no conversation, with advice."""
        top = self.files.names("")
        names = [*top, *(name for folder in top for name in self.files.names(folder))]
        advice = (
            text.format(name=name)
            for ends, text in _ADVICE
            for name in names
            if name.lower().endswith(ends)
        )
        return NoMessages(path=self.path, advice=next(advice, _LAYOUT))

    def _values(self, name: str) -> Iterable[object]:
        content = self.files.read(name)
        try:
            text = decode(content)
        except ValueError as error:
            self._not_text(name, str(error))
            text = decode_leniently(content)
        parsed = parse_values(text)
        if parsed.damage:
            self.report_broken(name, parsed.damage)
        return parsed.values

    def _not_text(self, name: str, reason: str) -> None:
        if not self.lenient:
            raise BrokenFile(path=f"{self.path}/{name}", reason=f"not JSON, {reason}")
        self.warnings.append(NotUnicode(path=name, reason=reason).plain)
