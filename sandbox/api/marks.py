"""pins.*, reactions.* and bookmarks.*."""

from sandbox.api import objects
from sandbox.api.access import joined, visible
from sandbox.api.request import Request, SlackError, invalid_arguments
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Json

EDITABLE = ("title", "link", "emoji")


def add_pin(request: Request) -> Json:
    channel, ts = _message(request, "no_item_specified")
    if not Messages(request.world).pin(channel, ts, request.world.bot):
        raise SlackError("already_pinned")
    return {}


def remove_pin(request: Request) -> Json:
    channel, ts = _message(request, "no_item_specified")
    if not Messages(request.world).unpin(channel, ts, request.world.bot):
        raise SlackError("no_pin")
    return {}


def list_pins(request: Request) -> Json:
    channel = joined(request, _visible(request))
    messages = Messages(request.world)
    return {"items": [messages.pinned_item(channel, pin) for pin in channel.pins]}


def add_reaction(request: Request) -> Json:
    name = _emoji(request)
    channel, ts = _message(request, "no_item_specified")
    if not Messages(request.world).react(channel, ts, name, request.world.bot):
        raise SlackError("already_reacted")
    return {}


def remove_reaction(request: Request) -> Json:
    name = _emoji(request)
    channel, ts = _message(request, "no_item_specified")
    if not Messages(request.world).unreact(channel, ts, name, request.world.bot):
        raise SlackError("no_reaction")
    return {}


def get_reactions(request: Request) -> Json:
    channel, ts = _message(request, "no_item_specified")
    message = objects.message(channel.messages[ts])
    return {"type": "message", "channel": channel.id, "message": message}


def add_bookmark(request: Request) -> Json:
    channel = joined(request, _visible(request, "channel_id"))
    if request.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not request.text("link").startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    bookmark = _bookmark(request, channel)
    channel.bookmarks.append(bookmark)
    return {"bookmark": dict(bookmark)}


def edit_bookmark(request: Request) -> Json:
    channel = joined(request, _visible(request, "channel_id"))
    wanted = request.required("bookmark_id")
    bookmark = next((each for each in channel.bookmarks if each["id"] == wanted), None)
    if bookmark is None:
        raise SlackError("not_found")
    bookmark |= {name: request.text(name) for name in EDITABLE if name in request.args}
    bookmark["date_updated"] = request.world.seconds
    return {"bookmark": dict(bookmark)}


def list_bookmarks(request: Request) -> Json:
    channel = _visible(request, "channel_id")
    return {"bookmarks": [dict(each) for each in channel.bookmarks]}


def _bookmark(request: Request, channel: Channel) -> Json:
    world = request.world
    return {
        "id": world.ids.next("Bk"),
        "channel_id": channel.id,
        "title": request.required("title"),
        "link": request.text("link"),
        "emoji": request.text("emoji"),
        "icon_url": "",
        "entity_id": None,
        "type": "link",
        "date_created": world.seconds,
        "date_updated": 0,
        "rank": str(len(channel.bookmarks)),
        "last_updated_by_user_id": world.bot.id,
        "last_updated_by_team_id": world.identity.team_id,
        "shortcut_id": None,
        "app_id": world.identity.app_id,
    }


def _visible(request: Request, arg: str = "channel") -> Channel:
    # These methods have a scope of their own; the gate has checked it.
    channel = request.world.channels.get(request.text(arg))
    if channel is None or not visible(request.world, channel):
        raise SlackError("channel_not_found")
    return channel


def _message(request: Request, missing: str) -> tuple[Channel, str]:
    channel = joined(request, _visible(request))
    ts = request.text("timestamp")
    if not ts:
        raise SlackError(missing)
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return channel, ts


def _emoji(request: Request) -> str:
    name = request.text("name").strip(":")
    if not name:
        raise invalid_arguments("missing required field: name")
    if not all(each.isalnum() or each in "_-+':" for each in name):
        raise SlackError("invalid_name")
    return name
