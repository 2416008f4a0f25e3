"""Read Slack's descriptions of a channel: in events, in messages, and in API responses.

https://docs.slack.dev/reference/events/message/channel_convert_to_private, channel_rename,
channel_archive and related events; for private channels some begin with `group_`.
"""

from bot.slack_text.json_values import Payload, part, text
from storage.channel_states import ChannelState

# Keyed by the end of an event's type or a message's subtype: `channel_archive`, `group_archive`.
_CHANGES = {
    "convert_to_private": ChannelState(private=True),
    "convert_to_public": ChannelState(private=False),
    "archive": ChannelState(archived=True),
    "unarchive": ChannelState(archived=False),
}
_RENAMES = {"name", "rename"}
_KINDS = {"channel", "group"}
# Subscribed to in the manifest. Changes between private and public come only as messages.
CHANNEL_EVENTS = tuple(f"{kind}_{change}" for kind in ("channel", "group") for change in ("archive", "rename", "unarchive"))  # fmt: skip


def parse_change(event: Payload) -> tuple[str, ChannelState] | None:
    """Return the channel that an event or message reports as changed, and its new state."""
    kind, _, change = (text(event, "subtype") or text(event, "type")).partition("_")
    if kind not in _KINDS:
        return None
    # A renamed channel comes as an object, any other as an id.
    channel = text(event, "channel") or text(part(event, "channel"), "id")
    name = text(event, "name") or text(part(event, "channel"), "name")
    state = ChannelState(name=name) if change in _RENAMES else _CHANGES.get(change)
    return (channel, state) if channel and state else None


def parse_channel(channel: Payload) -> ChannelState:
    """Read a channel object from `conversations.info` or `users.conversations`."""
    return ChannelState(
        name=text(channel, "name") or None,
        private=bool(channel.get("is_private")),
        archived=bool(channel.get("is_archived")),
    )
