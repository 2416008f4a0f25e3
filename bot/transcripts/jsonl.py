"""Read transcripts: one JSON object per line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.domain.timeline import EventKind, Source, TimelineEvent
from bot.transcripts.errors import BrokenLine
from bot.transcripts.messages import Messages
from bot.transcripts.records import (
    describe_left_out,
    marks_of_reactions,
    parse_time,
    replace_surrogates,
)
from bot.transcripts.slack_messages import is_raw, list_messages, parse_event

MAX_LINE_LENGTH = 1_000_000  # characters in a line; a Slack message has at most 40,000


def read(text: str, path: Path, *, lenient: bool) -> tuple[Messages, list[str]]:
    """Read a transcript. An invalid line raises BrokenLine, or is left out if `lenient`."""
    messages = Messages()
    warnings: list[str] = []
    for number, line in number_lines(text):
        for reason in _add_line(messages, line):
            if not lenient:
                raise BrokenLine(number=number, path=path, reason=reason)
            warnings.append(describe_left_out(f"line {number}", reason))
    return messages, warnings


def number_lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines that aren't blank, with their numbers."""
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _add_line(collected: Messages, line: str) -> Iterator[str]:
    """Add the messages of a line, usually one; return what is wrong with them."""
    try:
        messages = list(list_messages(parse_line(line)))
    except ValueError as error:
        yield str(error)
    else:
        yield from filter(None, (collected.add(message, read_event) for message in messages))


def parse_line(line: str) -> Mapping[str, Any]:
    """Parse a line. Raises ValueError with the reason."""
    if len(line) > MAX_LINE_LENGTH:
        raise ValueError(f"it has more than {MAX_LINE_LENGTH:,} characters")
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"invalid JSON at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - the caller names the line
    return value


def read_event(message: Mapping[str, Any]) -> TimelineEvent | None:
    """Read a message in our own format or Slack's. Raises ValueError with the reason."""
    if is_raw(message):
        return parse_event(message, _text(message, "channel"))
    ts = message.get("ts")
    at = parse_time(ts)
    author, text = _text(message, "user"), _text(message, "text")
    thread = message.get("thread_ts")
    return TimelineEvent(
        message_id=str(message.get("id") or ts),
        channel_id=_text(message, "channel"),
        author=author or "somebody",
        text=text,
        happened_at=at,
        kind=EventKind.ALERT if message.get("bot") else EventKind.MESSAGE,
        source=Source.READ,
        thread_id=str(thread) if thread and thread != ts else None,
        edited=bool(message.get("edited")),
        deleted=bool(message.get("deleted")),
        marks=marks_of_reactions(message.get("reactions")),
    )


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"`{name}` isn't text")  # noqa: TRY004 - the caller adds the line number
    return replace_surrogates(value)
