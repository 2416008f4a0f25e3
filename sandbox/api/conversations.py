"""conversations.*: create and change channels."""

import unicodedata

from sandbox.api import objects
from sandbox.api.access import (
    FAMILIES,
    get_channel,
    require_member,
    require_not_archived,
    require_scope,
)
from sandbox.api.request import Request, SlackError
from sandbox.channels import Channels
from sandbox.workspace_state import Channel, Json, Person

MAX_NAME = 80
MAX_TOPIC = 250
MAX_INVITED = 1000


def create(request: Request) -> Json:
    name = _name(request)
    kind = "private" if request.flag("is_private") else "public"
    require_scope(request.state, FAMILIES["manage"][kind])
    state = request.state
    channel = Channels(state).create(name, kind, state.bot)
    return {"channel": objects.channel(state, channel)}


def rename(request: Request) -> Json:
    channel = require_not_archived(require_member(request, get_channel(request, "manage")))
    name = _name(request)
    Channels(request.state).rename(channel, name, request.state.bot)
    return {"channel": objects.channel(request.state, channel)}


def join(request: Request) -> Json:
    channel = get_channel(request, "join")
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    require_not_archived(channel)
    is_new = Channels(request.state).join(channel, request.state.bot)
    answer = {"channel": objects.channel(request.state, channel)}
    if is_new:
        return answer
    warning = {"warning": "already_in_channel"}
    return {**answer, **warning, "response_metadata": {"warnings": ["already_in_channel"]}}


def leave(request: Request) -> Json:
    channel = get_channel(request, "manage")
    if not Channels(request.state).leave(channel, request.state.bot):
        return {"not_in_channel": True}
    return {}


def invite(request: Request) -> Json:
    channel = require_not_archived(require_member(request, get_channel(request, "invite")))
    users = request.texts("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > MAX_INVITED:
        raise SlackError("too_many_users")
    invitees, errors = _invited(request, channel, users)
    if errors and not (request.flag("force") and invitees):
        raise SlackError(errors[0]["error"], errors=errors)
    for person in invitees:
        Channels(request.state).join(channel, person, inviter=request.state.bot)
    answer: Json = {"channel": objects.channel(request.state, channel)}
    return {**answer, "errors": errors} if errors else answer


def set_topic(request: Request) -> Json:
    channel = require_not_archived(require_member(request, get_channel(request, "topic")))
    Channels(request.state).set_topic(channel, _short(request, "topic"), request.state.bot)
    return {"channel": objects.channel(request.state, channel)}


def set_purpose(request: Request) -> Json:
    channel = require_not_archived(require_member(request, get_channel(request, "topic")))
    Channels(request.state).set_purpose(channel, _short(request, "purpose"), request.state.bot)
    return {"channel": objects.channel(request.state, channel)}


def archive(request: Request) -> Json:
    channel = require_member(request, get_channel(request, "manage"))
    if channel.archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    if channel.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    Channels(request.state).archive(channel, request.state.bot)
    return {}


def unarchive(request: Request) -> Json:
    channel = get_channel(request, "manage")
    if not channel.archived:
        raise SlackError("not_archived")
    Channels(request.state).unarchive(channel, request.state.bot)
    return {}


def open_direct(request: Request) -> Json:
    """Open a direct message with one person. There are no group direct messages."""
    require_scope(request.state, ["im:write"])
    state, users = request.state, request.texts("users")
    if not users and request.text("channel"):
        channel = get_channel(request, "manage")
    else:
        channel = state.open_dm(_one_person(request, users))
    if request.flag("return_im"):
        return {"channel": objects.channel(state, channel)}
    return {"channel": {"id": channel.id}}


def _one_person(request: Request, users: list[str]) -> Person:
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        require_scope(request.state, ["mpim:write"])
        raise SlackError("method_not_supported_for_channel_type")
    person = request.state.people.get(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    return person


def _invited(
    request: Request,
    channel: Channel,
    users: list[str],
) -> tuple[list[Person], list[Json]]:
    invitees, errors = [], []
    for user in users:
        person = request.state.people.get(user)
        error = _invite_error(request, channel, person)
        if person and not error:
            invitees.append(person)
        else:
            errors.append({"user": user, "ok": False, "error": error})
    return invitees, errors


def _invite_error(request: Request, channel: Channel, person: Person | None) -> str:
    if person is None or person.deleted:
        return "user_not_found"
    if person.id == request.state.bot.id:
        return "cant_invite_self"
    return "already_in_channel" if person.id in channel.members else ""


def _short(request: Request, name: str) -> str:
    value = request.text(name)
    if len(value) > MAX_TOPIC:
        raise SlackError("too_long")
    return value


def _name(request: Request) -> str:
    name = request.text("name").removeprefix("#")
    error = name_error(name)
    if error:
        raise SlackError(error)
    if any(channel.name == name for channel in request.state.channels.values()):
        raise SlackError("name_taken")
    return name


def name_error(name: str) -> str:
    """Return Slack's error for a channel name, or empty.

    It may contain lowercase letters of any script, digits, `-` and `_`.
    """
    if not name:
        return "invalid_name_required"
    if len(name) > MAX_NAME:
        return "invalid_name_maxlength"
    if not all(_allowed(character) for character in name):
        return "invalid_name_specials"
    return "invalid_name_punctuation" if not name.strip("-_") else ""


def _allowed(character: str) -> bool:
    if character in "-_":
        return True
    # Letters, marks and numbers; scripts without capitals count as lowercase.
    return unicodedata.category(character)[0] in "LMN" and character == character.lower()
