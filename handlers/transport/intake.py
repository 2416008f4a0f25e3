"""What came over a socket or by HTTP, taken to the doors: any JSON in, an answer for Slack out.

Bolt reads some fields before a listener does, and trusts their types. Those of another type are
taken out here, so that they are missing for Bolt and for us alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from handlers.fields import Payload, clean, text
from handlers.slack.log_once import Once
from handlers.slack.redacted_client import redact_response
from handlers.slack.workspace_check import RATE_LIMITED

DEEPEST = 8  # levels that Bolt looks into; Slack's own are three
# A new kind of door is named here too. Slash commands have no type.
SERVED = {
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
class Intake:
    """The way in to the doors of `app`, for every transport."""

    app: App
    once: Once

    def take(self, body: Payload, headers: Mapping[str, str]) -> BoltResponse:
        """Give a payload to the doors. Status 200 is an acknowledgement; 500: deliver it again."""
        asked = BoltRequest(mode="socket_mode", body=_for_bolt(body), headers=dict(headers))
        told = self.app.dispatch(asked)
        if told.status != NOT_FOUND:
            return redact_response(told)
        self.once.warn("nobody asked for this", type=text(body, "type")[:80])
        return BoltResponse(status=OK)


def _for_bolt(body: Payload) -> dict[str, Any]:
    """The payload as Bolt may trust it: a type that has a door, and names where it looks for them."""
    kept = tidy(body)
    if kept.get("type") not in SERVED:
        kept.pop("type", None)
    if "view" in kept:
        kept["view"] = {"type": "modal", "callback_id": ""} | kept["view"]
    if "actions" in kept:
        kept["actions"] = [{"action_id": ""} | action for action in kept["actions"]]
    return kept


def tidy(body: Payload, depth: int = 0) -> dict[str, Any]:
    """The payload without the fields that Bolt would stumble over."""
    if depth == DEEPEST:
        return {}
    kept = {}
    for name, value in body.items():
        told = _BY_NAME[name](value, depth) if name in _BY_NAME else value
        if told is not None:
            kept[name] = told
    return kept


def _text(value: object, _depth: int) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _part(value: object, depth: int) -> dict[str, Any] | None:
    return tidy(value, depth + 1) if isinstance(value, Mapping) else None


def _text_or_part(value: object, depth: int) -> str | dict[str, Any] | None:
    return _text(value, depth) or _part(value, depth)


def _parts(value: object, depth: int) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    return [tidy(each, depth + 1) for each in value if isinstance(each, Mapping)] or None


_Kept = Callable[[object, int], object]
_BY_NAME: dict[str, _Kept] = {
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
