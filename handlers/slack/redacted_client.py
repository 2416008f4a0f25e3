"""A Slack client that removes secrets from every call.

The bot's messages come from the database, which holds no secrets, and from text that somebody just
typed, which may.
"""

import json as codec
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.web import SlackResponse

from bot.redaction import redact, redact_all
from handlers.slack.slack_clock import ObservingClient

# The bot's own credentials, and references issued by Slack: never shown to people, and passed back
# unchanged.
_UNREDACTED = {"token", "trigger_id", "cursor", "client_id", "client_secret", "refresh_token"}
_CONTENT_ARGUMENTS = ("data", "params", "json")  # the arguments that hold a call's content
Arguments = Mapping[str, Any]


class RedactedClient(ObservingClient):
    """Slack's client, with secrets removed from its calls."""

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        redacted = {
            name: _redacted(arguments[name]) for name in _CONTENT_ARGUMENTS if name in arguments
        }
        return super().api_call(api_method, **arguments | redacted)


def redact_response(response: BoltResponse) -> BoltResponse:
    """Remove secrets from the response to a command, click or form."""
    if response.body:
        response.body = _redacted_body(response.body)
    return response


def _redacted_body(body: str) -> str:
    """Redact a response body. JSON stays JSON: only its strings are changed."""
    try:
        parsed = codec.loads(body)
    except ValueError:
        return redact(body)[0]
    return codec.dumps(redact_all(parsed)) if isinstance(parsed, dict) else redact(body)[0]


def _redacted(arguments: Arguments | None) -> dict[str, Any] | None:
    if arguments is None:
        return None
    return {
        name: value if name in _UNREDACTED else _redacted_argument(value)
        for name, value in arguments.items()
    }


def _redacted_argument(value: Any) -> Any:
    """Redact an argument. The SDK serializes some, such as blocks and views, to JSON itself."""
    if isinstance(value, str) and value[:1] in "[{":
        return _redacted_json(value)
    return redact_all(value)


def _redacted_json(value: str) -> str:
    try:
        return codec.dumps(redact_all(codec.loads(value)))
    except ValueError:
        return redact(value)[0]
