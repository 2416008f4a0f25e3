"""Collect the messages of one channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.timeline import TimelineEvent
from bot.transcripts import names
from bot.transcripts.slack_messages import is_raw


@dataclass
class Messages:
    """Messages as events, without duplicates: a reply can be in a channel and in its thread.

    `people` are the names that messages give their own authors, `channels` those that dumps give theirs, by ID.
    """

    events: list[TimelineEvent] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    has_raw: bool = False
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def add(
        self, message: object, read: Callable[[Mapping[str, Any]], TimelineEvent | None]
    ) -> str:
        """Add a message; return what is wrong with it, if anything."""
        if not isinstance(message, dict):
            return "not a JSON object"
        try:
            event = read(message)
        except ValueError as error:
            return str(error)
        if event and not (is_raw(message) and self._is_repeated(event)):
            self.events.append(event)
        if is_raw(message):
            self.has_raw = True
            self.people |= names.from_message(message)
        return ""

    def _is_repeated(self, event: TimelineEvent) -> bool:
        key = (event.message_id, event.author, event.text)
        is_known = key in self._seen
        self._seen.add(key)
        return is_known
