"""Single files: a transcript, a day of a Slack export, slackdump's dump of a channel, or saved API responses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

from bot.config import files
from bot.domain.timeline import TimelineEvent
from bot.slack_text.json_values import text as text_in
from bot.slack_text.users import SLACKBOT
from bot.transcripts import jsonl, names
from bot.transcripts.channel_names import normalize
from bot.transcripts.conversations import is_day
from bot.transcripts.errors import (
    BrokenFile,
    EmptyFile,
    NoChannel,
    NoMessages,
    NotUnicode,
    SlackError,
    WrongFile,
)
from bot.transcripts.export_files import TOP_LISTS
from bot.transcripts.json_text import Parsed, decode, decode_leniently, parse_values
from bot.transcripts.messages import Messages
from bot.transcripts.period import WHOLE, Period
from bot.transcripts.records import ReadResult, describe_left_out, make_record
from bot.transcripts.slack_messages import list_messages, looks_like_message, read_channel

_ADVICE = "Use a file of messages, such as a channel's 2026-03-10.json, or the whole export"
_PAGE_KEYS = {"messages", "ok"}  # keys of dumps and API responses, rather than of a message
_TRANSCRIPTS = {".jsonl", ".ndjson", ".json"}


def read(path: Path, *, channel: str | None, lenient: bool, period: Period = WHOLE) -> ReadResult:
    """Read a file of one channel, or of several that its lines name. Raises OSError too."""
    text, warnings = _text(path)
    messages, broken = _messages(text, path, lenient=lenient)
    listed = names.read_nearby(path) if messages.has_raw else {}
    people = messages.people | (SLACKBOT if listed is None else listed)
    record = make_record(
        _title(messages, channel, path), _select_channel(messages, channel, path), people, period
    )
    if listed is None and names.are_missing(record):
        warnings.append(names.make_warning(path.resolve().parent, record))
    return ReadResult(record=record, warnings=(*warnings, *broken))


def _text(path: Path) -> tuple[str, list[str]]:
    content = files.read(path, files.MAX_BYTES)
    if not content.strip():
        raise EmptyFile(path=path)
    try:
        return decode(content), []
    except ValueError as error:
        return decode_leniently(content), [NotUnicode(path=path, reason=error).plain]


def _messages(text: str, path: Path, *, lenient: bool) -> tuple[Messages, list[str]]:
    document = _document(text, path)
    if document is None:
        return jsonl.read(text, path, lenient=lenient)
    _check_messages(document, path)
    messages = Messages()
    broken = [*_add_messages(messages, document)]
    if broken and not lenient:
        raise BrokenFile(path=path, reason=broken[0])
    if not messages.events:
        raise NoMessages(path=path, advice=_ADVICE)
    return messages, [describe_left_out(path.name, problem) for problem in broken]


def _document(text: str, path: Path) -> Parsed | None:
    """Return the JSON in a file; None for a transcript, which has an object on each line."""
    start = text.lstrip()[:1]
    if start != "{":
        document = parse_values(text) if start == "[" else None
        _check_file_type(text, document, path)
        return document
    first, second, *_ = *islice(_objects(text), 2), None
    if first and not first.keys() & _PAGE_KEYS and ("ts" in first or second is not None):
        return None
    document = parse_values(text)
    return None if document.damage and any(islice(_objects(text), 1, None)) else document


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    return (_object(line) for _, line in jsonl.number_lines(text))


def _object(line: str) -> Mapping[str, Any]:
    """Return the object on a line; an empty one if it has none."""
    try:
        return jsonl.parse_line(line)
    except ValueError:
        return {}


def _check_file_type(text: str, document: Parsed | None, path: Path) -> None:
    """Refuse a file that doesn't begin as JSON, and isn't named as such."""
    is_json = document and any(map(looks_like_message, _list_messages(document)))
    if path.suffix.lower() not in _TRANSCRIPTS and not is_json:
        kind = "a binary file" if "\0" in text else "not JSON"
        raise WrongFile(path=path, kind=kind, advice=_ADVICE)


def _check_messages(document: Parsed, path: Path) -> None:
    """Refuse a file that holds something else than messages."""
    for value in document.values:
        if isinstance(value, dict) and value.get("ok") is False:
            raise SlackError(path=path, error=text_in(value, "error") or "unknown")
    if not document.damage and not any(map(looks_like_message, _list_messages(document))):
        raise NoMessages(path=path, advice=_ADVICE)


def _list_messages(document: Parsed) -> Iterator[object]:
    return (message for value in document.values for message in list_messages(value))


def _add_messages(collected: Messages, document: Parsed) -> Iterator[str]:
    """Add the messages; return what is wrong with each that is broken."""
    numbers = count(1)
    for value in document.values:
        id_, name = read_channel(value)
        collected.channels |= {id_ or name: name} if name else {}
        for message, number in zip(list_messages(value), numbers, strict=False):
            if problem := collected.add(message, partial(_event, channel=name)):
                yield f"message {number:,}, {problem}"
    if document.damage:
        yield document.damage


def _event(message: Mapping[str, Any], channel: str) -> TimelineEvent | None:
    event = jsonl.read_event(message)
    return replace(event, channel_id=channel) if event and channel else event


def _select_channel(messages: Messages, channel: str | None, path: Path) -> list[TimelineEvent]:
    """Return the messages of one channel. A file that names none is all one."""
    channels = _channels(messages)
    if channel is None or not channels:
        return messages.events
    if normalize(channel) not in channels:
        raise NoChannel(channel=channel, path=path, channels=", ".join(_channel_names(messages)))
    channel_id = channels[normalize(channel)]
    return [event for event in messages.events if event.channel_id == channel_id]


def _channels(messages: Messages) -> dict[str, str]:
    """Return the channels that a file names, by their names and IDs in the form to compare."""
    named = {normalize(name): name for name in _channel_names(messages)}
    return {normalize(id_): name for id_, name in messages.channels.items()} | named


def _channel_names(messages: Messages) -> list[str]:
    return list(dict.fromkeys(event.channel_id for event in messages.events if event.channel_id))


def _title(messages: Messages, channel: str | None, path: Path) -> str:
    """Return what to call the channel: by what was typed, by a dump, by the folder in an export."""
    if channel:
        return _channels(messages).get(normalize(channel), channel.removeprefix("#"))
    if len(messages.channels) == 1:
        return next(iter(messages.channels.values()))
    folder = path.resolve().parent
    in_export = any((folder.parent / name).is_file() for name in TOP_LISTS)
    return folder.name if in_export and is_day(path.name) else path.stem
