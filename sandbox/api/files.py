"""files.*: upload in three steps, read and delete files."""

from sandbox.api import objects
from sandbox.api.access import is_visible, require_member
from sandbox.api.request import Request, SlackError, invalid_arguments
from sandbox.messages import Messages
from sandbox.text import posted
from sandbox.workspace_state import Channel, Json, StoredFile, WorkspaceState

MAX_ALT_TEXT = 1000
MAX_CHANNELS = 100


def get_upload_url(request: Request) -> Json:
    state = request.state
    name, length = request.required("filename"), request.number("length", 0)
    if length <= 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if len(request.text("alt_txt")) > MAX_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file_id, token = state.ids.next("F"), state.ids.secret(40)
    stored = StoredFile(file_id, name, name, length, token, state.seconds, state.bot.id)
    stored.alt_text, stored.snippet_type = request.text("alt_txt"), request.text("snippet_type")
    state.files[file_id] = stored
    return {"upload_url": f"{state.url}/upload/v1/{token}", "file_id": file_id}


def complete_upload(request: Request) -> Json:
    entries = request.json("files")
    if not isinstance(entries, list) or not entries:
        raise invalid_arguments("missing required field: files")
    uploads = [(_uploaded(request, entry), entry) for entry in entries]
    channels, thread = _channels(request), request.text("thread_ts") or None
    if thread and len(channels) != 1:
        raise SlackError("invalid_arguments")
    for stored, entry in uploads:
        stored.complete, stored.title = True, entry.get("title") or stored.name
        stored.thread = thread
    files = [stored for stored, _ in uploads]
    for channel in channels:
        _share(request, channel, files)
    return {"files": [objects.file(request.state, stored) for stored in files]}


def info(request: Request) -> Json:
    stored = request.state.files.get(request.text("file"))
    if stored is None or not stored.complete:
        raise SlackError("file_not_found")
    shown = objects.file(request.state, stored)
    return {"file": shown, "comments": []}


def delete(request: Request) -> Json:
    """Delete a file; messages keep a tombstone in its place."""
    state = request.state
    stored = state.files.get(request.required("file"))
    if stored is None or not stored.complete:
        raise SlackError("file_not_found")
    if stored.owner != state.bot.id:
        raise SlackError("cant_delete_file")
    del state.files[stored.id]
    tombstone = {"id": stored.id, "mode": "tombstone"}
    for channel in (state.channels[channel_id] for channel_id in stored.channels):
        for message in channel.messages.values():
            attached = message.get("files") or []
            if any(channel_id["id"] == stored.id for channel_id in attached):
                message["files"] = [
                    tombstone if file["id"] == stored.id else file for file in attached
                ]
    event: Json = {"type": "file_deleted", "file_id": stored.id, "event_ts": state.next_ts()}
    state.publish(event, None)
    return {}


def receive(state: WorkspaceState, token: str, content: bytes) -> int:
    """Store the bytes sent to an upload URL; return the HTTP status."""
    stored = next((file for file in state.files.values() if file.token == token), None)
    if stored is None or stored.bytes is not None:
        return 404
    if len(content) != stored.length:
        return 400
    stored.bytes = content
    return 200


def share(state: WorkspaceState, channel: Channel, files: list[StoredFile], message: Json) -> Json:
    """Post files as one message, and record in each where it was shared."""
    shown = [objects.file(state, stored) for stored in files]
    defaults = {"subtype": "file_share", "text": "", "upload": True, "display_as_bot": False}
    stored_message = Messages(state).add(channel, {**defaults, **message, "files": shown})
    for stored in files:
        _mark_shared(state, stored, channel, stored_message)
    stored_message["files"] = [objects.file(state, stored) for stored in files]
    return stored_message


def _share(request: Request, channel: Channel, files: list[StoredFile]) -> None:
    author = objects.by_bot(request.state)
    message: Json = {**author, "text": posted(request.text("initial_comment"))}
    if thread := request.text("thread_ts"):
        message["thread_ts"] = thread
    share(request.state, channel, files, message)


def _mark_shared(
    state: WorkspaceState, stored: StoredFile, channel: Channel, message: Json
) -> None:
    stored.channels.append(channel.id)
    visibility = "public" if channel.kind == "public" else "private"
    share_entry: Json = {
        "reply_users": [],
        "reply_users_count": 0,
        "reply_count": 0,
        "ts": message["ts"],
        "channel_name": channel.name,
        "team_id": state.identity.team_id,
        "share_user_id": stored.owner,
        "source": "UNKNOWN",
        "is_silent_share": False,
    }
    if thread := message.get("thread_ts"):
        share_entry["thread_ts"] = thread
    stored.shares.setdefault(visibility, {}).setdefault(channel.id, []).append(share_entry)
    event: Json = {"type": "file_shared", "file_id": stored.id, "user_id": stored.owner}
    event |= {"file": {"id": stored.id}, "channel_id": channel.id}
    state.publish({**event, "event_ts": state.next_ts()}, channel)


def _uploaded(request: Request, entry: Json) -> StoredFile:
    stored = request.state.files.get(entry.get("id", ""))
    if stored is None or stored.complete or stored.bytes is None:
        raise SlackError("file_not_found")
    return stored


def _channels(request: Request) -> list[Channel]:
    channel_ids = request.texts("channels") or request.texts("channel_id")
    if len(channel_ids) > MAX_CHANNELS:
        raise SlackError("invalid_arguments")
    return [_channel(request, channel_id) for channel_id in channel_ids]


def _channel(request: Request, channel_id: str) -> Channel:
    channel = request.state.channels.get(channel_id)
    if channel is None or not is_visible(request.state, channel):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return require_member(request, channel)
