"""The table of Web API methods: handlers and required scopes."""

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
    """One of `scopes` is required; a channel's kind may require another, checked by the handler."""

    handle: Callable[[Request], Json]
    scopes: tuple[str, ...] = ()
    token: str = "bot"  # noqa: S105  the kind of token, not a token: bot, app or none


def _in_family(name: str, handle: Callable[[Request], Json]) -> Method:
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
    "conversations.archive": _in_family("manage", conversations.archive),
    "conversations.canvases.create": Method(canvases.create_for_channel, ("canvases:write",)),
    "conversations.create": _in_family("manage", conversations.create),
    "conversations.history": _in_family("history", channel_reads.history),
    "conversations.info": _in_family("read", channel_reads.info),
    "conversations.invite": _in_family("invite", conversations.invite),
    "conversations.join": _in_family("join", conversations.join),
    "conversations.leave": _in_family("manage", conversations.leave),
    "conversations.list": _in_family("read", channel_reads.list_channels),
    "conversations.members": _in_family("read", channel_reads.members),
    "conversations.open": Method(conversations.open_direct, ("im:write", "mpim:write")),
    "conversations.rename": _in_family("manage", conversations.rename),
    "conversations.replies": _in_family("history", channel_reads.replies),
    "conversations.setPurpose": _in_family("topic", conversations.set_purpose),
    "conversations.setTopic": _in_family("topic", conversations.set_topic),
    "conversations.unarchive": _in_family("manage", conversations.unarchive),
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
    "users.conversations": _in_family("read", channel_reads.of_user),
    "users.info": Method(people.info, ("users:read",)),
    "users.list": Method(people.list_users, ("users:read",)),
    "users.lookupByEmail": Method(people.by_email, ("users:read.email",)),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
