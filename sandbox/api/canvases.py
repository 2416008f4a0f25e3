"""canvases.*: made and edited; the text is kept, not laid out."""

from sandbox.api.call import Request, SlackError, invalid_arguments
from sandbox.world import Json

AT_END = frozenset({"insert_at_end", "insert_after"})
AT_START = frozenset({"insert_at_start", "insert_before"})


def create(request: Request) -> Json:
    canvas_id = request.world.ids.next("F")
    text = _markdown(request.structure("document_content"))
    request.world.canvases[canvas_id] = {"title": request.text("title"), "markdown": text}
    return {"canvas_id": canvas_id}


def edit(request: Request) -> Json:
    canvas = request.world.canvases.get(request.required("canvas_id"))
    if canvas is None:
        raise SlackError("canvas_not_found")
    changes = request.structure("changes")
    if not isinstance(changes, list) or len(changes) != 1:
        raise invalid_arguments("no more than 1 items allowed [json-pointer:/changes]")
    _apply(canvas, changes[0])
    return {}


def _apply(canvas: Json, change: Json) -> None:
    operation = change.get("operation", "")
    if operation == "rename":
        canvas["title"] = _markdown(change.get("title_content"))
        return
    text = "" if operation == "delete" else _markdown(change.get("document_content"))
    canvas["markdown"] = _combined(canvas["markdown"], text, operation)


def _combined(old: str, new: str, operation: str) -> str:
    if operation in AT_END:
        return f"{old}\n{new}"
    if operation in AT_START:
        return f"{new}\n{old}"
    if operation in {"replace", "delete"}:
        return new
    raise invalid_arguments("unknown operation [json-pointer:/changes/0/operation]")


def _markdown(content: object) -> str:
    if not content:
        return ""
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise invalid_arguments("must be a markdown document [json-pointer:/document_content]")
    return str(content.get("markdown", ""))
