"""A Web API request, and Slack's errors."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.workspace_state import Json, WorkspaceState

TRUE = frozenset({"1", "true", "True", "yes"})


class SlackError(Exception):
    """An error response: `ok: false`, one of Slack's error names, and further fields."""

    def __init__(self, name: str, status: int = 200, **more: Any) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.more = more

    @property
    def answer(self) -> Json:
        return {"ok": False, "error": self.name, **self.more}


def invalid_arguments(*problems: str) -> SlackError:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError("invalid_arguments", response_metadata={"messages": messages})


@dataclass(frozen=True)
class Request:
    """A request's arguments, from a form or JSON, read as leniently as Slack does."""

    method: str
    args: Json
    state: WorkspaceState

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value) in TRUE

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)) or default)
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, from JSON or comma-separated."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def json(self, name: str) -> Any:
        """Return a JSON argument, or None. It was decoded on arrival; remaining text is invalid JSON."""
        value = self.args.get(name)
        if isinstance(value, str) and value:
            raise invalid_arguments(f"must be valid json [json-pointer:/{name}]")
        return value or None


def decoded(args: Json) -> Json:
    """Decode JSON objects and lists in form fields; other values stay unchanged."""
    return {name: _decoded(value) for name, value in args.items()}


def _decoded(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
