"""conversations.* and users.conversations: reading channels."""

from sandbox.api import canvases, objects, pagination
from sandbox.api.access import FAMILIES, get_channel, is_visible, require_member, require_scope
from sandbox.api.request import Request, SlackError
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Json

KINDS = {"public_channel": "public", "private_channel": "private", "im": "im"}
UNKNOWN = frozenset({"mpim"})  # known to Slack, never present here


def info(request: Request) -> Json:
    channel = get_channel(request, "read")
    shown = objects.channel(request.world, channel)
    if channel.kind != "im":
        shown["properties"] = {"tabs": canvases.tabs(request.world, channel)}
    if request.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_channels(request: Request) -> Json:
    found = [each for each in _of_kinds(request) if is_visible(request.world, each)]
    shown, cursor = pagination.paginate(request, found, 100)
    channels = [objects.channel(request.world, each) for each in shown]
    for answer, channel in zip(channels, shown, strict=True):
        if channel.kind != "im":
            answer["num_members"] = len(channel.members)
    return {"channels": channels, **cursor}


def of_user(request: Request) -> Json:
    user = request.text("user") or request.world.bot.id
    # Of somebody else, only those private channels that the bot is in too.
    found = [
        each
        for each in _of_kinds(request)
        if user in each.members and is_visible(request.world, each)
    ]
    shown, cursor = pagination.paginate(request, found, 100)
    channels = [objects.channel(request.world, each) for each in shown]
    for channel in channels:
        channel.pop("is_member", None)  # goes without saying here
    return {"channels": channels, **cursor}


def members(request: Request) -> Json:
    channel = get_channel(request, "read")
    shown, cursor = pagination.paginate(request, channel.members, 100)
    return {"members": shown, **cursor}


def history(request: Request) -> Json:
    """Newest first; answers in threads only where they were sent to the channel too."""
    channel = require_member(request, get_channel(request, "history"))
    limit = pagination.get_limit(request, 100)
    found = [each for each in reversed(channel.messages.values()) if _top_level(each)]
    found = [each for each in found if _in_range(request, each["ts"])]
    if start := pagination.decode_cursor(request, "next_ts"):
        found = [each for each in found if each["ts"].replace(".", "") <= start]
    more = len(found) > limit
    cursor = (
        pagination.encode_cursor("next_ts", found[limit]["ts"].replace(".", "")) if more else ""
    )
    answer = {"messages": _shown(request, found[:limit]), "has_more": more}
    answer |= {"pin_count": len(channel.pins)}
    answer |= {"channel_actions_ts": None, "channel_actions_count": 0}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if more else answer


def replies(request: Request) -> Json:
    """The message that opened the thread, then its answers, oldest first."""
    channel = require_member(request, get_channel(request, "history"))
    first = channel.messages.get(request.required("ts"))
    if first is None:
        raise SlackError("thread_not_found")
    limit = pagination.get_limit(request, 1000)
    found = Messages(request.world).replies(channel, first["ts"])
    found = [each for each in found if _in_range(request, each["ts"])]
    if start := pagination.decode_cursor(request, "next_ts"):
        found = [each for each in found if each["ts"].replace(".", "") >= start]
    # The first message is on every page, and takes a place on it.
    page = [first, *found[: limit - 1]]
    more = len(found) > limit - 1 > 0
    cursor = (
        pagination.encode_cursor("next_ts", found[limit - 1]["ts"].replace(".", "")) if more else ""
    )
    answer = {"messages": _shown(request, page), "has_more": more}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if more else answer


def _of_kinds(request: Request) -> list[Channel]:
    wanted = request.texts("types") or ["public_channel"]
    if unknown := set(wanted) - KINDS.keys() - UNKNOWN:
        raise SlackError("invalid_types", detail=", ".join(sorted(unknown)))
    kinds = [KINDS[each] for each in wanted if each in KINDS]
    for kind in kinds:
        require_scope(request.world, FAMILIES["read"][kind])
    channels = [each for each in request.world.channels.values() if each.kind in kinds]
    if request.flag("exclude_archived"):
        channels = [each for each in channels if not each.archived]
    return channels


def _top_level(message: Json) -> bool:
    answer = message.get("thread_ts") not in {None, message["ts"]}
    return not answer or message.get("subtype") == "thread_broadcast"


def _in_range(request: Request, ts: str) -> bool:
    oldest, latest = request.text("oldest", "0"), request.text("latest")
    if ts in {oldest, latest}:
        return request.flag("inclusive")
    return _order(ts) > _order(oldest) and (not latest or _order(ts) < _order(latest))


def _order(ts: str) -> tuple[int, int]:
    """Compared as two whole numbers: a float loses the last digits."""
    seconds, _, rest = ts.partition(".")
    if not seconds.isdigit() or not (rest or "0").isdigit():
        raise SlackError("invalid_ts_oldest")
    return int(seconds), int(rest.ljust(6, "0") or 0)


def _shown(request: Request, found: list[Json]) -> list[Json]:
    metadata = request.flag("include_all_metadata")
    return [objects.message(each, metadata=metadata) for each in found]
