"""canvases.* and conversations.canvases.create. The text is stored, but not rendered.

Limits that an app may hit are checked: plan, channel, size, headings and tables.
"""

import re

from sandbox.api.access import get_visible_channel, require_member, require_not_archived
from sandbox.api.request import Request, SlackError, invalid_arguments
from sandbox.workspace_state import Channel, Json, WorkspaceState

AT_END = frozenset({"insert_at_end", "insert_after"})
AT_START = frozenset({"insert_at_start", "insert_before"})
MAX_CHARACTERS = 1_048_576  # of one change
MAX_CELLS = 300  # of a table
_TOO_DEEP = re.compile(r"^\s{0,3}(#{4,6})\s", re.MULTILINE)
_TABLE = re.compile(r"(?:^[ ]*\|.*(?:\n|$))+", re.MULTILINE)
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)", re.MULTILINE | re.DOTALL)


def create(request: Request) -> Json:
    """Create a standalone canvas, or one in a channel's tab; free plans allow one tab per channel."""
    channel = _channel(request) if request.text("channel_id") else None
    if request.state.free_plan:
        if channel is None:
            raise SlackError("free_teams_cannot_create_non_tabbed_canvases")
        if of_channel(request.state, channel):
            raise SlackError("free_team_canvas_tab_already_exists")
    return _added(request, channel)


def create_for_channel(request: Request) -> Json:
    """Create the channel's own canvas; there can be only one."""
    request.required("channel_id")
    channel = _channel(request)
    if request.state.free_plan:
        raise SlackError("team_tier_cannot_create_channel_canvases")
    if any(canvas["own"] for canvas in of_channel(request.state, channel)):
        raise SlackError("channel_canvas_already_exists")
    return _added(request, channel, own=True)


def edit(request: Request) -> Json:
    canvas = _canvas(request)
    if request.state.free_plan and not canvas["channel"]:
        raise SlackError("free_teams_cannot_edit_standalone_canvases")
    changes = request.json("changes")
    if not isinstance(changes, list) or len(changes) != 1:
        raise invalid_arguments("no more than 1 items allowed [json-pointer:/changes]")
    _apply(canvas, changes[0])
    return {}


def delete(request: Request) -> Json:
    del request.state.canvases[_canvas(request)["id"]]
    return {}


def of_channel(state: WorkspaceState, channel: Channel) -> list[Json]:
    """Return the canvases in a channel's tabs, oldest first."""
    return [canvas for canvas in state.canvases.values() if canvas["channel"] == channel.id]


def tabs(state: WorkspaceState, channel: Channel) -> list[Json]:
    """Return a channel's tabs as in `conversations.info`."""
    canvases = [
        {
            "id": f"Ct{canvas['id'][1:]}",
            "label": "",
            "type": "canvas",
            "data": {"file_id": canvas["id"], "shared_ts": canvas["shared_ts"]},
        }
        for canvas in of_channel(state, channel)
    ]
    return [{"id": "files", "label": "", "type": "files"}, *canvases]


def _added(request: Request, channel: Channel | None, *, own: bool = False) -> Json:
    text = _markdown(request.json("document_content"), "canvas_creation_failed")
    canvas_id = request.state.ids.next("F")
    request.state.canvases[canvas_id] = {
        "id": canvas_id,
        "title": request.text("title"),
        "markdown": text,
        "channel": channel.id if channel else "",
        "own": own,
        "shared_ts": request.state.next_ts(),
    }
    return {"canvas_id": canvas_id}


def _channel(request: Request) -> Channel:
    return require_not_archived(require_member(request, get_visible_channel(request, "channel_id")))


def _canvas(request: Request) -> Json:
    canvas = request.state.canvases.get(request.required("canvas_id"))
    if canvas is None:
        raise SlackError("canvas_not_found")
    return canvas


def _apply(canvas: Json, change: Json) -> None:
    operation = change.get("operation", "")
    if operation == "rename":
        canvas["title"] = _markdown(change.get("title_content"), "canvas_editing_failed")
        return
    text = ""
    if operation != "delete":
        text = _markdown(change.get("document_content"), "canvas_editing_failed")
    canvas["markdown"] = _combined(canvas["markdown"], text, operation)


def _combined(old: str, new: str, operation: str) -> str:
    if operation in AT_END:
        return f"{old}\n{new}"
    if operation in AT_START:
        return f"{new}\n{old}"
    if operation in {"replace", "delete"}:
        return new
    raise invalid_arguments("unknown operation [json-pointer:/changes/0/operation]")


def _markdown(content: object, failed: str) -> str:
    if not content:
        return ""
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise invalid_arguments("must be a markdown document [json-pointer:/document_content]")
    text = str(content.get("markdown", ""))
    if problem := _problem(text):
        raise SlackError(failed, detail=problem)
    return text


def _problem(text: str) -> str:
    """Return Slack's `detail` of why it refuses a text, or empty."""
    shown = _CODE.sub("", text)
    if len(text) > MAX_CHARACTERS:
        return "Content is too large"
    if deep := _TOO_DEEP.search(shown):
        return f"Unsupported heading depth ({len(deep[1])})"
    if any(_cells(table[0]) > MAX_CELLS for table in _TABLE.finditer(shown)):
        return f"Table has more than {MAX_CELLS} cells"
    return ""


def _cells(table: str) -> int:
    rows = [row for row in table.splitlines() if not re.fullmatch(r"[ |:-]+", row)]
    return sum(len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows)
