"""What people can see in the workspace: channels, direct messages, files, pins. Any thread may call."""

import copy
from dataclasses import dataclass

from sandbox.api import canvases, objects
from sandbox.lookup import Lookup
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Json, Person, StoredFile

Who = str | Person
Where = str | Channel


@dataclass(frozen=True)
class Inspection(Lookup):
    """Copies of what is in the workspace; nothing here changes it."""

    def history(self, channel: Where) -> list[Json]:
        """Everything in a channel, threads too, oldest first, in the words of Slack's history."""
        with self.world.lock:
            found = self.channel(channel).messages.values()
            return [objects.message(each, metadata=True) for each in found]

    def replies(self, channel: Where, ts: str) -> list[Json]:
        """A thread: the message that opened it, then the answers."""
        with self.world.lock:
            found = self.channel(channel)
            thread = [found.messages[ts], *Messages(self.world).replies(found, ts)]
            return [objects.message(each, metadata=True) for each in thread]

    def dm(self, person: Who) -> list[Json]:
        """What the bot sent to this person directly, oldest first."""
        with self.world.lock:
            channel = self.world.dm_with(self.person(person))
            sent = channel.messages.values() if channel else []
            bot_id = self.world.identity.bot_id
            return [
                objects.message(each, metadata=True)
                for each in sent
                if each.get("bot_id") == bot_id
            ]

    def ephemerals(self, person: Who) -> list[Json]:
        """What only this person saw, oldest first, each with the `channel` that it was in."""
        with self.world.lock:
            user = self.person(person).id
            found = [
                {**copy.deepcopy(each.message), "channel": channel.id}
                for channel in self.world.channels.values()
                for each in channel.ephemerals
                if each.user == user
            ]
        return sorted(found, key=lambda each: each["ts"])

    def canvases(self, channel: Where) -> list[Json]:
        """The canvases among a channel's tabs, oldest first: `id`, `title`, `markdown`."""
        with self.world.lock:
            return copy.deepcopy(canvases.of_channel(self.world, self.channel(channel)))

    @property
    def files(self) -> list[StoredFile]:
        """What was uploaded and shared, oldest first."""
        with self.world.lock:
            return [each for each in self.world.files.values() if each.complete]

    def pins(self, channel: Where) -> list[str]:
        """The pinned messages, newest pin first."""
        with self.world.lock:
            return [pin["message_ts"] for pin in self.channel(channel).pins]
