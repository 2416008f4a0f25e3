"""files.*: the upload in three steps, and what became of it."""

from sandbox.api import objects
from sandbox.api.access import is_visible, require_member
from sandbox.api.request import Request, SlackError, invalid_arguments
from sandbox.messages import Messages
from sandbox.text import posted
from sandbox.workspace_state import Channel, Json, StoredFile, World

ALT_TEXT = 1000
MOST_CHANNELS = 100


def get_upload_url(request: Request) -> Json:
    world = request.world
    name, length = request.required("filename"), request.number("length", 0)
    if length <= 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if len(request.text("alt_txt")) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file_id, token = world.ids.next("F"), world.ids.secret(40)
    stored = StoredFile(file_id, name, name, length, token, world.seconds, world.bot.id)
    stored.alt_text, stored.snippet_type = request.text("alt_txt"), request.text("snippet_type")
    world.files[file_id] = stored
    return {"upload_url": f"{world.url}/upload/v1/{token}", "file_id": file_id}


def complete_upload(request: Request) -> Json:
    listed = request.json("files")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("missing required field: files")
    uploads = [(_uploaded(request, each), each) for each in listed]
    channels, thread = _channels(request), request.text("thread_ts") or None
    if thread and len(channels) != 1:
        raise SlackError("invalid_arguments")
    for stored, each in uploads:
        stored.complete, stored.title = True, each.get("title") or stored.name
        stored.thread = thread
    files = [stored for stored, _ in uploads]
    for channel in channels:
        _share(request, channel, files)
    return {"files": [objects.file(request.world, stored) for stored in files]}


def info(request: Request) -> Json:
    stored = request.world.files.get(request.text("file"))
    if stored is None or not stored.complete:
        raise SlackError("file_not_found")
    shown = objects.file(request.world, stored)
    return {"file": shown, "comments": []}


def delete(request: Request) -> Json:
    """The file is gone everywhere; messages keep a tombstone in its place."""
    world = request.world
    stored = world.files.get(request.required("file"))
    if stored is None or not stored.complete:
        raise SlackError("file_not_found")
    if stored.owner != world.bot.id:
        raise SlackError("cant_delete_file")
    del world.files[stored.id]
    tombstone = {"id": stored.id, "mode": "tombstone"}
    for channel in (world.channels[each] for each in stored.channels):
        for message in channel.messages.values():
            there = message.get("files") or []
            if any(each["id"] == stored.id for each in there):
                message["files"] = [tombstone if e["id"] == stored.id else e for e in there]
    event: Json = {"type": "file_deleted", "file_id": stored.id, "event_ts": world.next_ts()}
    world.publish(event, None)
    return {}


def receive(world: World, token: str, content: bytes) -> int:
    """What the upload URL does with the bytes: 200, or the status that it refuses with."""
    stored = next((each for each in world.files.values() if each.token == token), None)
    if stored is None or stored.bytes is not None:
        return 404
    if len(content) != stored.length:
        return 400
    stored.bytes = content
    return 200


def share(world: World, channel: Channel, files: list[StoredFile], message: Json) -> Json:
    """Post files as one message, and say in each where it was shared."""
    shown = [objects.file(world, stored) for stored in files]
    sent = {"subtype": "file_share", "text": "", "upload": True, "display_as_bot": False}
    stored_message = Messages(world).add(channel, {**sent, **message, "files": shown})
    for stored in files:
        _mark_shared(world, stored, channel, stored_message)
    stored_message["files"] = [objects.file(world, stored) for stored in files]
    return stored_message


def _share(request: Request, channel: Channel, files: list[StoredFile]) -> None:
    author = objects.by_bot(request.world)
    message: Json = {**author, "text": posted(request.text("initial_comment"))}
    if thread := request.text("thread_ts"):
        message["thread_ts"] = thread
    share(request.world, channel, files, message)


def _mark_shared(world: World, stored: StoredFile, channel: Channel, message: Json) -> None:
    stored.channels.append(channel.id)
    side = "public" if channel.kind == "public" else "private"
    where: Json = {
        "reply_users": [],
        "reply_users_count": 0,
        "reply_count": 0,
        "ts": message["ts"],
        "channel_name": channel.name,
        "team_id": world.identity.team_id,
        "share_user_id": stored.owner,
        "source": "UNKNOWN",
        "is_silent_share": False,
    }
    if thread := message.get("thread_ts"):
        where["thread_ts"] = thread
    stored.shares.setdefault(side, {}).setdefault(channel.id, []).append(where)
    event: Json = {"type": "file_shared", "file_id": stored.id, "user_id": stored.owner}
    event |= {"file": {"id": stored.id}, "channel_id": channel.id}
    world.publish({**event, "event_ts": world.next_ts()}, channel)


def _uploaded(request: Request, each: Json) -> StoredFile:
    stored = request.world.files.get(each.get("id", ""))
    if stored is None or stored.complete or stored.bytes is None:
        raise SlackError("file_not_found")
    return stored


def _channels(request: Request) -> list[Channel]:
    wanted = request.texts("channels") or request.texts("channel_id")
    if len(wanted) > MOST_CHANNELS:
        raise SlackError("invalid_arguments")
    return [_channel(request, each) for each in wanted]


def _channel(request: Request, wanted: str) -> Channel:
    channel = request.world.channels.get(wanted)
    if channel is None or not is_visible(request.world, channel):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return require_member(request, channel)
