"""Pass payloads from any transport to Bolt: any JSON in, a response for Slack out.

Bolt reads some fields before a listener does, and trusts their types. Those of another type are
removed here, so that they're missing for Bolt and for us alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot.slack_text.json_values import Payload, clean, text
from handlers.slack.log_once import OnceLogger
from handlers.slack.payloads import parse_delivery
from handlers.slack.redacted_client import redact_response
from handlers.slack.workspace_check import RATE_LIMITED

MAX_DEPTH = 8  # levels that Bolt reads; Slack's own payloads have three
# Payload types we handle: add new ones here too. Slash commands have no type.
HANDLED_TYPES = {
    "event_callback",
    "block_actions",
    "shortcut",
    "message_action",
    "view_submission",
    "url_verification",
    RATE_LIMITED,
}
NOT_FOUND = 404
OK = 200


@dataclass(frozen=True)
class BoltDispatcher:
    """Passes payloads from every transport to the handlers of `app`."""

    app: App
    once: OnceLogger

    def dispatch(self, body: Payload, headers: Mapping[str, str]) -> BoltResponse:
        """Pass a payload to the handlers.

        Status 200 acknowledges it; with 500, Slack delivers it again.
        """
        prepared = _prepare_for_bolt(body)
        request = BoltRequest(
            mode="socket_mode",
            body=prepared,
            headers=dict(headers),
            context={"delivery": parse_delivery(prepared)},
        )
        response = self.app.dispatch(request)
        if response.status != NOT_FOUND:
            return redact_response(response)
        self.once.warn("ignored a payload without a handler", type=text(body, "type")[:80])
        return BoltResponse(status=OK)


def _prepare_for_bolt(body: Payload) -> dict[str, Any]:
    """Return a payload that Bolt can read safely.

    The type is dropped unless we handle it, and ids that Bolt expects default to empty.
    """
    kept = remove_invalid_fields(body)
    if kept.get("type") not in HANDLED_TYPES:
        kept.pop("type", None)
    if "view" in kept:
        kept["view"] = {"type": "modal", "callback_id": ""} | kept["view"]
    if "actions" in kept:
        kept["actions"] = [{"action_id": ""} | action for action in kept["actions"]]
    return kept


def remove_invalid_fields(body: Payload, depth: int = 0) -> dict[str, Any]:
    """Return the payload without fields of a type that Bolt can't handle."""
    if depth == MAX_DEPTH:
        return {}
    kept = {}
    for name, value in body.items():
        field = _FILTER_BY_FIELD[name](value, depth) if name in _FILTER_BY_FIELD else value
        if field is not None:
            kept[name] = field
    return kept


def _text(value: object, _depth: int) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _part(value: object, depth: int) -> dict[str, Any] | None:
    return remove_invalid_fields(value, depth + 1) if isinstance(value, Mapping) else None


def _text_or_part(value: object, depth: int) -> str | dict[str, Any] | None:
    return _text(value, depth) or _part(value, depth)


def _parts(value: object, depth: int) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    return [
        remove_invalid_fields(part, depth + 1) for part in value if isinstance(part, Mapping)
    ] or None


_FILTER_BY_FIELD: dict[str, Callable[[object, int], object]] = {
    **dict.fromkeys(("enterprise", "team", "user", "channel"), _text_or_part),
    **dict.fromkeys(("authorizations", "actions", "response_urls"), _parts),
    **dict.fromkeys(
        ("event", "view", "message", "previous_message", "item", "assistant_thread",
         "function_data", "function", "workflow_step"),
        _part,
    ),
    **dict.fromkeys(
        ("type", "subtype", "command", "callback_id", "action_id", "id", "team_id", "user_id",
         "enterprise_id", "channel_id", "thread_ts", "app_installed_team_id", "user_team",
         "context_team_id", "context_enterprise_id", "bot_id", "response_url", "channel_type",
         "function_execution_id", "bot_access_token", "challenge", "ssl_check"),
        _text,
    ),
}  # fmt: skip
