"""pins.*: pinned messages of a channel."""

from sandbox.api.access import get_message, get_visible_channel, require_member
from sandbox.api.request import Request, SlackError
from sandbox.messages import Messages
from sandbox.workspace_state import Json


def add(request: Request) -> Json:
    channel, ts = get_message(request)
    if not Messages(request.state).pin(channel, ts, request.state.bot):
        raise SlackError("already_pinned")
    return {}


def remove(request: Request) -> Json:
    channel, ts = get_message(request)
    if not Messages(request.state).unpin(channel, ts, request.state.bot):
        raise SlackError("no_pin")
    return {}


def list_all(request: Request) -> Json:
    channel = require_member(request, get_visible_channel(request))
    messages = Messages(request.state)
    return {"items": [messages.pinned_item(channel, pin) for pin in channel.pins]}
