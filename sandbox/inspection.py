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
        """Return all messages of a channel with threads, oldest first, as in Slack's history."""
        with self.state.lock:
            messages = self.channel(channel).messages.values()
            return [objects.message(message, metadata=True) for message in messages]

    def replies(self, channel: Where, ts: str) -> list[Json]:
        """Return a thread's first message and its replies."""
        with self.state.lock:
            target = self.channel(channel)
            thread = [target.messages[ts], *Messages(self.state).replies(target, ts)]
            return [objects.message(message, metadata=True) for message in thread]

    def dm(self, person: Who) -> list[Json]:
        """Return the bot's direct messages to a person, oldest first."""
        with self.state.lock:
            channel = self.state.dm_with(self.person(person))
            messages = channel.messages.values() if channel else []
            bot_id = self.state.identity.bot_id
            return [
                objects.message(message, metadata=True)
                for message in messages
                if message.get("bot_id") == bot_id
            ]

    def ephemerals(self, person: Who) -> list[Json]:
        """Return a person's ephemeral messages, oldest first, each with its `channel`."""
        with self.state.lock:
            user = self.person(person).id
            seen_messages = [
                {**copy.deepcopy(ephemeral.message), "channel": channel.id}
                for channel in self.state.channels.values()
                for ephemeral in channel.ephemerals
                if ephemeral.user == user
            ]
        return sorted(seen_messages, key=lambda ephemeral: ephemeral["ts"])

    def canvases(self, channel: Where) -> list[Json]:
        """Return the canvases in a channel's tabs, oldest first: `id`, `title`, `markdown`."""
        with self.state.lock:
            return copy.deepcopy(canvases.of_channel(self.state, self.channel(channel)))

    @property
    def files(self) -> list[StoredFile]:
        """Return the shared files, oldest first."""
        with self.state.lock:
            return [file for file in self.state.files.values() if file.complete]

    def pins(self, channel: Where) -> list[str]:
        """Return the `ts` of pinned messages, newest pin first."""
        with self.state.lock:
            return [pin["message_ts"] for pin in self.channel(channel).pins]
