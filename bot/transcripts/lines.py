"""Transcripts: one JSON object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot import files
from bot.domain.timeline import Kind, Source, TimelineEvent
from bot.transcripts.slack_messages import event_of, is_raw
from bot.transcripts.sources import (
    BrokenLine,
    NoChannel,
    Reading,
    Unreadable,
    instant,
    marks,
    record_of,
    sound,
)

LONGEST = 1_000_000  # characters of a line; a message of Slack's has 40,000 at most


def read(path: Path, *, channel: str | None, lenient: bool) -> Reading:
    """Read a transcript; a broken line stops it by its number, or is left out when lenient."""
    events: list[TimelineEvent] = []
    broken: list[BrokenLine] = []
    for number, line in _lines(path):
        try:
            event = _event(line)
        except ValueError as error:
            broken.append(BrokenLine(number=number, path=path, reason=error))
            if not lenient:
                raise broken[-1] from None
        else:
            events += [event] if event else []
    return Reading(
        record=record_of(channel or path.stem, _only(events, channel, path)),
        warnings=tuple(
            f"Left out: line {each.facts['number']}, {each.facts['reason']}" for each in broken
        ),
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = files.read(path, files.MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise Unreadable(path=path, reason=error.strerror) from None
    lines = enumerate(text.split("\n"), 1)
    return ((number, line) for number, line in lines if line.strip())


def _only(events: list[TimelineEvent], channel: str | None, path: Path) -> list[TimelineEvent]:
    """Those of one channel. A transcript whose lines name no channel is all one."""
    if channel is None:
        return events
    names = dict.fromkeys(event.channel_id for event in events if event.channel_id)
    if names and channel not in names:
        raise NoChannel(channel=channel, path=path, channels=", ".join(names))
    return [event for event in events if event.channel_id == channel] if names else events


def _event(line: str) -> TimelineEvent | None:
    message = _object(line)
    if is_raw(message):
        return event_of(message, _text(message, "channel"))
    ts = message.get("ts")
    at = instant(ts)
    author, text = _text(message, "user"), _text(message, "text")
    thread = message.get("thread_ts")
    return TimelineEvent(
        message_id=str(message.get("id") or ts),
        channel_id=_text(message, "channel"),
        author=author or "somebody",
        text=text,
        happened_at=at,
        kind=Kind.ALERT if message.get("bot") else Kind.MESSAGE,
        source=Source.READ,
        thread_id=str(thread) if thread and thread != ts else None,
        edited=bool(message.get("edited")),
        deleted=bool(message.get("deleted")),
        marks=marks(message.get("reactions")),
    )


def _object(line: str) -> Mapping[str, Any]:
    if len(line) > LONGEST:
        raise ValueError(f"it has more than {LONGEST:,} characters")
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - the caller names the line
    return message


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"`{name}` is no text")  # noqa: TRY004 - the caller names the line
    return sound(value)
