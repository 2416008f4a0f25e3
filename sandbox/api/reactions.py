"""reactions.*: emoji reactions to messages."""

from sandbox.api import objects
from sandbox.api.access import get_message
from sandbox.api.request import Request, SlackError, invalid_arguments
from sandbox.messages import Messages
from sandbox.workspace_state import Json


def add(request: Request) -> Json:
    name = _emoji(request)
    channel, ts = get_message(request)
    if not Messages(request.state).react(channel, ts, name, request.state.bot):
        raise SlackError("already_reacted")
    return {}


def remove(request: Request) -> Json:
    name = _emoji(request)
    channel, ts = get_message(request)
    if not Messages(request.state).unreact(channel, ts, name, request.state.bot):
        raise SlackError("no_reaction")
    return {}


def get(request: Request) -> Json:
    channel, ts = get_message(request)
    message = objects.message(channel.messages[ts])
    return {"type": "message", "channel": channel.id, "message": message}


def _emoji(request: Request) -> str:
    name = request.text("name").strip(":")
    if not name:
        raise invalid_arguments("missing required field: name")
    if not all(character.isalnum() or character in "_-+':" for character in name):
        raise SlackError("invalid_name")
    return name
