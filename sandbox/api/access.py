"""Access checks: scopes by kind of channel, visibility, and membership of the bot."""

from collections.abc import Iterable

from sandbox.api.request import Request, SlackError
from sandbox.workspace_state import Channel, Person, WorkspaceState

# One of the scopes for the channel's kind is enough.
FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "read": {"public": ("channels:read",), "private": ("groups:read",), "im": ("im:read",)},
    "history": {
        "public": ("channels:history",),
        "private": ("groups:history",),
        "im": ("im:history",),
    },
    "manage": {"public": ("channels:manage",), "private": ("groups:write",), "im": ("im:write",)},
    "topic": {
        "public": ("channels:manage", "channels:write.topic"),
        "private": ("groups:write", "groups:write.topic"),
        "im": ("im:write",),
    },
    "invite": {
        "public": ("channels:manage", "channels:write.invites"),
        "private": ("groups:write", "groups:write.invites"),
        "im": ("im:write",),
    },
    "join": {"public": ("channels:join",), "private": ("channels:join",), "im": ("channels:join",)},
}


def family_scopes(name: str) -> tuple[str, ...]:
    """Return all scopes that allow some call of a method in this family."""
    return tuple(dict.fromkeys(scope for kind in FAMILIES[name].values() for scope in kind))


def require_scope(state: WorkspaceState, scopes: Iterable[str]) -> None:
    """Raise SlackError unless one of these scopes was granted."""
    scopes = tuple(scopes)
    if scopes and not state.grants.intersection(scopes):
        provided = ",".join(sorted(state.grants))
        raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)


def get_channel(request: Request, name: str, arg: str = "channel") -> Channel:
    """Return the channel of an argument. Raises SlackError if it isn't visible or a scope is missing."""
    channel = get_visible_channel(request, arg)
    require_scope(request.state, FAMILIES[name][channel.kind])
    return channel


def get_visible_channel(request: Request, arg: str = "channel") -> Channel:
    """Return the channel of an argument. Raises SlackError if the bot can't see it."""
    channel = request.state.channels.get(request.text(arg))
    if channel is None or not is_visible(request.state, channel):
        raise SlackError("channel_not_found")
    return channel


def get_message(request: Request) -> tuple[Channel, str]:
    """Return the channel and `ts` of the message that pins.* and reactions.* refer to."""
    channel = require_member(request, get_visible_channel(request))
    ts = request.text("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return require_not_archived(channel), ts


def is_visible(state: WorkspaceState, channel: Channel) -> bool:
    return channel.kind == "public" or state.bot.id in channel.members


def require_member(request: Request, channel: Channel) -> Channel:
    if request.state.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def require_not_archived(channel: Channel) -> Channel:
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def get_person(request: Request, arg: str = "user") -> Person:
    person = request.state.people.get(request.text(arg))
    if person is None:
        raise SlackError("user_not_found")
    return person
