"""Changes of channels, by people or apps: create, join, leave, rename, archive."""

from dataclasses import dataclass

from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Json, Person, WorkspaceState


@dataclass(frozen=True)
class Channels:
    """Changes the state and publishes the events that Slack would send. Callers hold `state.lock`."""

    state: WorkspaceState

    @property
    def _messages(self) -> Messages:
        return Messages(self.state)

    def create(self, name: str, kind: str, creator: Person) -> Channel:
        channel = self.state.new_channel(name, kind, creator.id)
        if kind == "public":
            summary = {
                **_summary(channel),
                "creator": creator.id,
                "is_shared": False,
                "is_im": False,
            }
            summary |= {"is_org_shared": False, "context_team_id": self.state.identity.team_id}
            self._publish({"type": "channel_created", "channel": summary}, channel)
        self.join(channel, creator)
        return channel

    def join(self, channel: Channel, person: Person, inviter: Person | None = None) -> bool:
        """Add a person; return False if they're a member already."""
        if person.id in channel.members:
            return False
        channel.members.append(person.id)
        invited = {"inviter": inviter.id} if inviter else {}
        text = f"<@{person.id}> has joined the channel"
        message = {"subtype": "channel_join", "user": person.id, "text": text, **invited}
        self._messages.add(channel, message)
        self._publish_member("member_joined_channel", channel, {"user": person.id, **invited})
        return True

    def leave(self, channel: Channel, person: Person) -> bool:
        if person.id not in channel.members:
            return False
        text = f"<@{person.id}> has left the channel"
        message = {"subtype": "channel_leave", "user": person.id, "text": text}
        self._messages.add(channel, message)
        channel.members.remove(person.id)
        self._publish_member("member_left_channel", channel, {"user": person.id})
        return True

    def set_topic(self, channel: Channel, topic: str, person: Person) -> None:
        channel.topic = self._set_by(topic, person)
        text = f"<@{person.id}> set the channel topic: {topic}"
        message = {"subtype": "channel_topic", "user": person.id, "topic": topic, "text": text}
        self._messages.add(channel, message)

    def set_purpose(self, channel: Channel, purpose: str, person: Person) -> None:
        channel.purpose = self._set_by(purpose, person)
        text = f"<@{person.id}> set the channel description: {purpose}"
        message = {
            "subtype": "channel_purpose",
            "user": person.id,
            "purpose": purpose,
            "text": text,
        }
        self._messages.add(channel, message)

    def rename(self, channel: Channel, name: str, person: Person) -> None:
        old, channel.name = channel.name, name
        channel.previous_names.insert(0, old)
        text = f'<@{person.id}> has renamed the channel from "{old}" to "{name}"'
        message = {"subtype": "channel_name", "user": person.id, "old_name": old, "name": name}
        self._messages.add(channel, {**message, "text": text})
        event = {"type": f"{channel.event_kind}_rename", "channel": _summary(channel)}
        self._publish(event, channel)

    def archive(self, channel: Channel, person: Person) -> None:
        message = {"subtype": "channel_archive", "user": person.id}
        text = f"<@{person.id}> archived the channel"
        self._messages.add(channel, {**message, "text": text, "members": list(channel.members)})
        channel.archived = True
        event = {"type": f"{channel.event_kind}_archive", "channel": channel.id, "user": person.id}
        self._publish({**event, "is_moved": 0}, channel)

    def unarchive(self, channel: Channel, person: Person) -> None:
        channel.archived = False
        text = f"<@{person.id}> un-archived the channel"
        message = {"subtype": "channel_unarchive", "user": person.id, "text": text}
        self._messages.add(channel, message)
        kind = f"{channel.event_kind}_unarchive"
        self._publish({"type": kind, "channel": channel.id, "user": person.id}, channel)

    def convert(self, channel: Channel, kind: str, person: Person) -> None:
        """Make a public channel private or a private one public. Its id and members stay."""
        channel.kind = kind
        text = {
            "private": "made this channel *private*. Now, it can only be viewed or joined by invitation.",
            "public": "made this channel *public*. Any member in this workspace can see and join it.",
        }[kind]
        message = {"subtype": f"channel_convert_to_{kind}", "user": person.id, "text": text}
        self._messages.add(channel, message)

    def _set_by(self, value: str, person: Person) -> Json:
        return {"value": value, "creator": person.id, "last_set": self.state.seconds}

    def _publish(self, event: Json, channel: Channel) -> None:
        self.state.publish({**event, "event_ts": self.state.next_ts()}, channel)

    def _publish_member(self, event_type: str, channel: Channel, facts: Json) -> None:
        # In this event, Slack uses C and G instead of channel and group.
        letter = {"public": "C", "private": "G", "im": "D"}[channel.kind]
        location = {"channel": channel.id, "channel_type": letter}
        team = self.state.team_of(facts["user"])
        self._publish({"type": event_type, **facts, **location, "team": team}, channel)


def _summary(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "is_channel": channel.kind == "public",
        "is_mpim": False,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
    }
