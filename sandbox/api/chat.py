"""chat.*: post, update and delete messages."""

import copy
from typing import Any

from sandbox import block_validation
from sandbox.api import objects
from sandbox.api.access import is_visible, require_member, require_not_archived, require_scope
from sandbox.api.request import Request, SlackError
from sandbox.messages import Messages
from sandbox.text import posted
from sandbox.workspace_state import Channel, Ephemeral, Json, WorkspaceState, permalink

MAX_POST_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_MARKDOWN_TEXT = 12_000
MAX_ATTACHMENTS = 100
# Fields of the message in the response to an update.
UPDATE_FIELDS = (
    "type", "user", "text", "bot_id", "app_id", "bot_profile", "team", "edited", "metadata",
    "blocks", "attachments", "files",
)  # fmt: skip
CUSTOM_AUTHOR = ("username", "icon_emoji", "icon_url")


def post_message(request: Request) -> Json:
    channel = require_not_archived(require_member(request, _target(request)))
    if channel.kind == "im" and not request.state.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    content = _content(request)
    message = {**_author(request), **content, **_thread(request, channel), **_metadata(request)}
    stored = Messages(request.state).add(channel, message)
    shown = objects.message(stored, metadata=True)
    return {"channel": channel.id, "ts": stored["ts"], "message": shown, **_truncated(request)}


def post_ephemeral(request: Request) -> Json:
    channel = require_not_archived(require_member(request, _target(request)))
    user = request.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = {**objects.by_bot(request.state), **_content(request), **_thread(request, channel)}
    ts = keep_ephemeral(request.state, channel, user, message)
    return {"message_ts": ts}


def keep_ephemeral(state: WorkspaceState, channel: Channel, user: str, message: Json) -> str:
    ts = state.next_ts()
    message = {"type": "message", **message, "ts": ts, "is_ephemeral": True}
    channel.ephemerals.append(Ephemeral(user, message))
    return ts


def update(request: Request) -> Json:
    channel = require_not_archived(require_member(request, _target(request)))
    stored = _own(request, channel, "cant_update_message")
    if len(request.text("text")) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    changes = changed(request, stored)
    new = Messages(request.state).edit(channel, stored["ts"], changes, request.state.bot.id)
    fields = {name: new[name] for name in UPDATE_FIELDS if name in new}
    return {"channel": channel.id, "ts": new["ts"], "text": new.get("text", ""), "message": fields}


def changed(request: Request, stored: Json) -> Json:
    """Return the changes of an update: text without blocks removes old blocks; metadata stays."""
    content = _content(request)
    if "text" not in request.args and "markdown_text" not in request.args:
        content["text"] = stored.get("text", "")
    return {"blocks": None, "attachments": None, **content, **_metadata(request)}


def delete(request: Request) -> Json:
    channel = require_member(request, _target(request))
    stored = _own(request, channel, "cant_delete_message")
    Messages(request.state).delete(channel, stored["ts"])
    return {"channel": channel.id, "ts": stored["ts"]}


def get_permalink(request: Request) -> Json:
    channel = _target(request)
    ts = request.required("message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(request.state, channel, ts)}


def content_of(request: Request) -> Json:
    """Return the validated content of a response URL's message."""
    return _content(request)


def _target(request: Request) -> Channel:
    """Return the channel by id or name, or the direct message with a person by their id."""
    state, wanted = request.state, request.text("channel")
    if person := state.people.get(wanted):
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
        return state.open_dm(person)
    channel = state.find_channel(wanted)
    if channel is None or not is_visible(state, channel):
        raise SlackError("channel_not_found")
    return channel


def _own(request: Request, channel: Channel, otherwise: str) -> Json:
    stored = channel.messages.get(request.required("ts"))
    if stored is None:
        raise SlackError("message_not_found")
    if stored.get("bot_id") != request.state.identity.bot_id:
        raise SlackError(otherwise)
    return stored


def _author(request: Request) -> Json:
    """Return the author's fields; a custom name or icon makes it a bot_message and needs a scope."""
    author = objects.by_bot(request.state)
    custom = {name: request.text(name) for name in CUSTOM_AUTHOR if request.text(name)}
    if not custom:
        return author
    require_scope(request.state, ["chat:write.customize"])
    icons = {key.removeprefix("icon_"): value for key, value in custom.items() if "icon" in key}
    name = custom.get("username", request.state.bot.name)
    fields = {"bot_id": author["bot_id"], "app_id": author["app_id"], "username": name}
    return {"subtype": "bot_message", **fields, **({"icons": icons} if icons else {})}


def _content(request: Request) -> Json:
    blocks, attachments = _blocks(request), _attachments(request)
    text, markdown = request.text("text"), request.text("markdown_text")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if not (text.strip() or blocks or attachments or markdown):
        raise SlackError("no_text")
    if len(markdown) > MAX_MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    content: Json = {"text": posted(text or markdown)[:MAX_POST_TEXT]}
    if blocks:
        content["blocks"] = block_validation.add_ids(blocks, request.state.ids)
    if attachments:
        content["attachments"] = attachments
    return content


def _blocks(request: Request) -> list[Json]:
    blocks = request.args.get("blocks") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    _refuse(block_validation.find_block_problems(blocks, "message", request.state.unknown_blocks))
    if block_validation.count_characters(blocks) > block_validation.MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return copy.deepcopy(blocks)


def _attachments(request: Request) -> list[Json]:
    attachments = request.json("attachments") or []
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        _refuse(block_validation.find_block_problems(attachment.get("blocks", []), "message"))
    return [
        {"id": number, "fallback": "[no preview available]", **copy.deepcopy(attachment)}
        for number, attachment in enumerate(attachments, start=1)
    ]


def _refuse(problems: list[str]) -> None:
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        metadata = {"messages": messages}
        raise SlackError("invalid_blocks", errors=problems, response_metadata=metadata)


def _thread(request: Request, channel: Channel) -> Json:
    thread = request.text("thread_ts")
    if not thread:
        return {}
    if thread not in channel.messages:
        raise SlackError("cannot_reply_to_message")
    if request.flag("reply_broadcast"):
        return {"thread_ts": thread, "subtype": "thread_broadcast"}
    return {"thread_ts": thread}


def _metadata(request: Request) -> Json:
    metadata: Any = request.args.get("metadata")
    if not metadata:
        return {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload", {}), dict):
        raise SlackError("invalid_metadata_schema")
    return {"metadata": {"event_payload": {}, **metadata}}


def _truncated(request: Request) -> Json:
    if len(request.text("text")) <= MAX_POST_TEXT:
        return {}
    warnings = {"warnings": ["message_truncated"]}
    return {"warning": "message_truncated", "response_metadata": warnings}
