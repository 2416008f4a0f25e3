"""bookmarks.*: links at the top of a channel."""

from sandbox.api.access import get_visible_channel, require_member
from sandbox.api.request import Request, SlackError
from sandbox.workspace_state import Channel, Json

EDITABLE = ("title", "link", "emoji")


def add(request: Request) -> Json:
    channel = require_member(request, get_visible_channel(request, "channel_id"))
    if request.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not request.text("link").startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    bookmark = _bookmark(request, channel)
    channel.bookmarks.append(bookmark)
    return {"bookmark": dict(bookmark)}


def edit(request: Request) -> Json:
    channel = require_member(request, get_visible_channel(request, "channel_id"))
    wanted = request.required("bookmark_id")
    bookmark = next((saved for saved in channel.bookmarks if saved["id"] == wanted), None)
    if bookmark is None:
        raise SlackError("not_found")
    bookmark |= {name: request.text(name) for name in EDITABLE if name in request.args}
    bookmark["date_updated"] = request.state.seconds
    return {"bookmark": dict(bookmark)}


def list_all(request: Request) -> Json:
    channel = get_visible_channel(request, "channel_id")
    return {"bookmarks": [dict(bookmark) for bookmark in channel.bookmarks]}


def _bookmark(request: Request, channel: Channel) -> Json:
    state = request.state
    return {
        "id": state.ids.next("Bk"),
        "channel_id": channel.id,
        "title": request.required("title"),
        "link": request.text("link"),
        "emoji": request.text("emoji"),
        "icon_url": "",
        "entity_id": None,
        "type": "link",
        "date_created": state.seconds,
        "date_updated": 0,
        "rank": str(len(channel.bookmarks)),
        "last_updated_by_user_id": state.bot.id,
        "last_updated_by_team_id": state.identity.team_id,
        "shortcut_id": None,
        "app_id": state.identity.app_id,
    }
