"""Methods that read channels: conversations.info, list, members, history and replies."""

from sandbox.api import canvases, objects, pagination
from sandbox.api.access import FAMILIES, get_channel, is_visible, require_member, require_scope
from sandbox.api.request import Request, SlackError
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Json

KINDS = {"public_channel": "public", "private_channel": "private", "im": "im"}
UNKNOWN = frozenset({"mpim"})  # Slack has group direct messages, the sandbox doesn't


def info(request: Request) -> Json:
    channel = get_channel(request, "read")
    shown = objects.channel(request.state, channel)
    if channel.kind != "im":
        shown["properties"] = {"tabs": canvases.tabs(request.state, channel)}
    if request.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_channels(request: Request) -> Json:
    found = [channel for channel in _of_kinds(request) if is_visible(request.state, channel)]
    shown, cursor = pagination.paginate(request, found, 100)
    channels = [objects.channel(request.state, channel) for channel in shown]
    for answer, channel in zip(channels, shown, strict=True):
        if channel.kind != "im":
            answer["num_members"] = len(channel.members)
    return {"channels": channels, **cursor}


def of_user(request: Request) -> Json:
    user = request.text("user") or request.state.bot.id
    # Private channels of other people are listed only if the bot is in them too.
    found = [
        channel
        for channel in _of_kinds(request)
        if user in channel.members and is_visible(request.state, channel)
    ]
    shown, cursor = pagination.paginate(request, found, 100)
    channels = [objects.channel(request.state, channel) for channel in shown]
    for channel in channels:
        channel.pop("is_member", None)  # Slack leaves it out here
    return {"channels": channels, **cursor}


def members(request: Request) -> Json:
    channel = get_channel(request, "read")
    shown, cursor = pagination.paginate(request, channel.members, 100)
    return {"members": shown, **cursor}


def history(request: Request) -> Json:
    """Return messages, newest first; thread replies only if they were also sent to the channel."""
    channel = require_member(request, get_channel(request, "history"))
    limit = pagination.get_limit(request, 100)
    messages = [message for message in reversed(channel.messages.values()) if _top_level(message)]
    messages = [message for message in messages if _in_range(request, message["ts"])]
    if start := pagination.decode_cursor(request, "next_ts"):
        messages = [message for message in messages if message["ts"].replace(".", "") <= start]
    has_more = len(messages) > limit
    cursor = (
        pagination.encode_cursor("next_ts", messages[limit]["ts"].replace(".", ""))
        if has_more
        else ""
    )
    answer = {"messages": _shown(request, messages[:limit]), "has_more": has_more}
    answer |= {"pin_count": len(channel.pins)}
    answer |= {"channel_actions_ts": None, "channel_actions_count": 0}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if has_more else answer


def replies(request: Request) -> Json:
    """Return a thread's first message, then its replies, oldest first."""
    channel = require_member(request, get_channel(request, "history"))
    first = channel.messages.get(request.required("ts"))
    if first is None:
        raise SlackError("thread_not_found")
    limit = pagination.get_limit(request, 1000)
    messages = Messages(request.state).replies(channel, first["ts"])
    messages = [message for message in messages if _in_range(request, message["ts"])]
    if start := pagination.decode_cursor(request, "next_ts"):
        messages = [message for message in messages if message["ts"].replace(".", "") >= start]
    # The first message is on every page, and counts towards the limit.
    page = [first, *messages[: limit - 1]]
    has_more = len(messages) > limit - 1 > 0
    cursor = (
        pagination.encode_cursor("next_ts", messages[limit - 1]["ts"].replace(".", ""))
        if has_more
        else ""
    )
    answer = {"messages": _shown(request, page), "has_more": has_more}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if has_more else answer


def _of_kinds(request: Request) -> list[Channel]:
    types = request.texts("types") or ["public_channel"]
    if unknown := set(types) - KINDS.keys() - UNKNOWN:
        raise SlackError("invalid_types", detail=", ".join(sorted(unknown)))
    kinds = [KINDS[channel] for channel in types if channel in KINDS]
    for kind in kinds:
        require_scope(request.state, FAMILIES["read"][kind])
    channels = [channel for channel in request.state.channels.values() if channel.kind in kinds]
    if request.flag("exclude_archived"):
        channels = [channel for channel in channels if not channel.archived]
    return channels


def _top_level(message: Json) -> bool:
    is_reply = message.get("thread_ts") not in {None, message["ts"]}
    return not is_reply or message.get("subtype") == "thread_broadcast"


def _in_range(request: Request, ts: str) -> bool:
    oldest, latest = request.text("oldest", "0"), request.text("latest")
    if ts in {oldest, latest}:
        return request.flag("inclusive")
    return _order(ts) > _order(oldest) and (not latest or _order(ts) < _order(latest))


def _order(ts: str) -> tuple[int, int]:
    """Return a `ts` as two integers for comparison; a float would lose the last digits."""
    seconds, _, rest = ts.partition(".")
    if not seconds.isdigit() or not (rest or "0").isdigit():
        raise SlackError("invalid_ts_oldest")
    return int(seconds), int(rest.ljust(6, "0") or 0)


def _shown(request: Request, messages: list[Json]) -> list[Json]:
    metadata = request.flag("include_all_metadata")
    return [objects.message(message, metadata=metadata) for message in messages]
