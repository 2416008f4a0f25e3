"""Who may do what where: scopes by kind of channel, what the bot can see, what it is a member of."""

from collections.abc import Iterable

from sandbox.api.request import Request, SlackError
from sandbox.workspace_state import Channel, Person, World

# Any one of the scopes of the channel's kind will do.
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


def family(name: str) -> tuple[str, ...]:
    """All the scopes with which a method of this family can be called at all."""
    return tuple(dict.fromkeys(scope for kind in FAMILIES[name].values() for scope in kind))


def need(world: World, scopes: Iterable[str]) -> None:
    """Any one of them."""
    scopes = tuple(scopes)
    if scopes and not world.grants.intersection(scopes):
        provided = ",".join(sorted(world.grants))
        raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)


def channel_of(request: Request, name: str, arg: str = "channel") -> Channel:
    """The channel of an argument, if the bot can see it and has the scope for its kind."""
    channel = request.world.channels.get(request.text(arg))
    if channel is None or not visible(request.world, channel):
        raise SlackError("channel_not_found")
    need(request.world, FAMILIES[name][channel.kind])
    return channel


def visible(world: World, channel: Channel) -> bool:
    return channel.kind == "public" or world.bot.id in channel.members


def joined(request: Request, channel: Channel) -> Channel:
    if request.world.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def active(channel: Channel) -> Channel:
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def person_of(request: Request, arg: str = "user") -> Person:
    person = request.world.people.get(request.text(arg))
    if person is None:
        raise SlackError("user_not_found")
    return person
