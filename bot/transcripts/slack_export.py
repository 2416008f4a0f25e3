"""Slack exports and the like: folders or zips of JSON files with the messages of one or more channels.

Shapes differ by age: old exports have no threads, put a file inside its message, and write mentions
as `<@U1|name>`. https://slack.com/help/articles/220556107
"""

import zipfile
import zlib
from pathlib import Path

from bot.slack_text.users import SLACKBOT
from bot.transcripts import names
from bot.transcripts.channel_choice import choose
from bot.transcripts.conversations import Conversation, is_day, list_conversations
from bot.transcripts.errors import BrokenZip, Unreadable
from bot.transcripts.export_files import open_export
from bot.transcripts.export_json import Export
from bot.transcripts.messages import Messages
from bot.transcripts.period import WHOLE, Period
from bot.transcripts.records import ReadResult, make_record
from bot.transcripts.slack_messages import looks_like_message, parse_event

_UNREADABLE = (
    OSError, EOFError, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


def read(path: Path, *, channel: str | None, lenient: bool, period: Period = WHOLE) -> ReadResult:
    """Read one channel of an export: the given one, or the only one."""
    try:
        with open_export(path) as files:
            export = Export(path=path, files=files, lenient=lenient)
            return _read(export, channel, period)
    except zipfile.BadZipFile as error:
        raise BrokenZip(path=path, reason=error) from None
    except _UNREADABLE as error:
        raise Unreadable(path=path, reason=_reason(error)) from None


def _read(export: Export, channel: str | None, period: Period) -> ReadResult:
    conversations = list_conversations(export)
    conversation = choose(export, conversations, channel)
    listed = _listed_names(export)
    messages = _messages(export, conversation)
    channels = {other.id: other.name for other in conversations if other.id}
    groups = names.from_groups(export.objects(names.GROUPS, "usergroups"))
    people = groups | channels | messages.people | (listed or SLACKBOT)
    record = make_record(conversation.name, messages.events, people, period)
    missing_names = [names.make_warning(export.path, record)] if listed is None else []
    return ReadResult(record=record, warnings=(*export.warnings, *missing_names))


def _listed_names(export: Export) -> dict[str, str] | None:
    """Return names from the export's lists of people; None if it has none."""
    lists = [f"{root}{name}" for root in export.roots for name in names.LISTS]
    if not any(map(export.files.has, lists)):
        return names.read_nearby(export.path) if export.path.is_dir() else None
    return names.from_people(user for name in lists for user in export.objects(name, "members"))


def _messages(export: Export, conversation: Conversation) -> Messages:
    collected = Messages()
    for file in conversation.files:
        messages = export.messages(file)
        if not is_day(file) and not any(map(looks_like_message, messages)):
            continue  # a list of something else
        for number, message in enumerate(messages, 1):
            if problem := collected.add(message, lambda raw: parse_event(raw, conversation.name)):
                export.report_broken(file, f"message {number:,}, {problem}")
    return collected


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "not a readable zip file"
