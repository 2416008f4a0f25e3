"""Pagination by cursor, as in Slack's API."""

import base64
import binascii
from typing import TypeVar

from sandbox.api.request import Request, SlackError
from sandbox.workspace_state import Json

T = TypeVar("T")
MAX_LIMIT = 1000


def get_limit(request: Request, default: int) -> int:
    limit = request.number("limit", default) or default
    if not 0 < limit <= MAX_LIMIT:
        raise SlackError("invalid_limit")
    return limit


def encode_cursor(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def decode_cursor(request: Request, kind: str) -> str:
    """Return the value of the request's cursor, or empty for the first page."""
    cursor = request.text("cursor")
    if not cursor:
        return ""
    try:
        cursor_kind, _, value = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if cursor_kind != kind or not value:
        raise SlackError("invalid_cursor")
    return value


def paginate(request: Request, items: list[T], default: int) -> tuple[list[T], Json]:
    """Return a page by position, and the next cursor; for lists that only grow: people, channels."""
    start = decode_cursor(request, "offset") or "0"
    if not start.isdigit():
        raise SlackError("invalid_cursor")
    end = int(start) + get_limit(request, default)
    cursor = encode_cursor("offset", str(end)) if end < len(items) else ""
    return items[int(start) : end], {"response_metadata": {"next_cursor": cursor}}
