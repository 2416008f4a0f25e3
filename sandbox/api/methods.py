"""Every method that this Slack knows: who handles it and which scopes open it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.api import (
    bookmarks,
    canvases,
    channel_reads,
    chat,
    conversations,
    files,
    people,
    pins,
    reactions,
    views,
)
from sandbox.api.access import family_scopes
from sandbox.api.request import Request
from sandbox.workspace_state import Json


@dataclass(frozen=True)
class Method:
    """Any one of `scopes` opens it; what a single channel takes is checked where it is known."""

    handle: Callable[[Request], Json]
    scopes: tuple[str, ...] = ()
    token: str = "bot"  # noqa: S105  which kind of token, not a token: bot, app or none


def _read(name: str, handle: Callable[[Request], Json]) -> Method:
    return Method(handle, family_scopes(name))


METHODS: dict[str, Method] = {
    "api.test": Method(people.api_test, token="none"),  # noqa: S106
    "auth.test": Method(people.auth_test),
    "bookmarks.add": Method(bookmarks.add, ("bookmarks:write",)),
    "bookmarks.edit": Method(bookmarks.edit, ("bookmarks:write",)),
    "bookmarks.list": Method(bookmarks.list_all, ("bookmarks:read",)),
    "bots.info": Method(people.bot_info, ("users:read",)),
    "canvases.create": Method(canvases.create, ("canvases:write",)),
    "canvases.delete": Method(canvases.delete, ("canvases:write",)),
    "canvases.edit": Method(canvases.edit, ("canvases:write",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.archive": _read("manage", conversations.archive),
    "conversations.canvases.create": Method(canvases.create_for_channel, ("canvases:write",)),
    "conversations.create": _read("manage", conversations.create),
    "conversations.history": _read("history", channel_reads.history),
    "conversations.info": _read("read", channel_reads.info),
    "conversations.invite": _read("invite", conversations.invite),
    "conversations.join": _read("join", conversations.join),
    "conversations.leave": _read("manage", conversations.leave),
    "conversations.list": _read("read", channel_reads.list_channels),
    "conversations.members": _read("read", channel_reads.members),
    "conversations.open": Method(conversations.open_direct, ("im:write", "mpim:write")),
    "conversations.rename": _read("manage", conversations.rename),
    "conversations.replies": _read("history", channel_reads.replies),
    "conversations.setPurpose": _read("topic", conversations.set_purpose),
    "conversations.setTopic": _read("topic", conversations.set_topic),
    "conversations.unarchive": _read("manage", conversations.unarchive),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",)),
    "files.delete": Method(files.delete, ("files:write",)),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",)),
    "files.info": Method(files.info, ("files:read",)),
    "pins.add": Method(pins.add, ("pins:write",)),
    "pins.list": Method(pins.list_all, ("pins:read",)),
    "pins.remove": Method(pins.remove, ("pins:write",)),
    "reactions.add": Method(reactions.add, ("reactions:write",)),
    "reactions.get": Method(reactions.get, ("reactions:read",)),
    "reactions.remove": Method(reactions.remove, ("reactions:write",)),
    "team.info": Method(people.team_info, ("team:read",)),
    "usergroups.list": Method(people.usergroups, ("usergroups:read",)),
    "usergroups.users.list": Method(people.usergroup_users, ("usergroups:read",)),
    "users.conversations": _read("read", channel_reads.of_user),
    "users.info": Method(people.info, ("users:read",)),
    "users.list": Method(people.list_users, ("users:read",)),
    "users.lookupByEmail": Method(people.by_email, ("users:read.email",)),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
