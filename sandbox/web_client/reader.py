"""The reader of a page: the names and the time zone used to draw it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any


@dataclass(frozen=True)
class Reader:
    """`people` maps user and bot ids to their profile, `channels` maps channel ids to names."""

    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC

    def name_of(self, person: str) -> str:
        profile = self.people.get(person, {})
        return str(profile.get("real_name") or profile.get("name") or person)

    def handle_of(self, person: str) -> str:
        return str(self.people.get(person, {}).get("name") or person)

    def channel_of(self, channel: str) -> str:
        return self.channels.get(channel, channel)

    def local(self, stamp: str | float) -> datetime:
        """Return the reader's local time of a `ts`, for display only."""
        return datetime.fromtimestamp(int(str(stamp).partition(".")[0]), self.zone)
