"""The client for Slack: whatever a call carries, secrets in it are removed first.

What the bot says comes from the database, which holds none, and from what somebody has just typed, which may.
"""

import json as codec
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.web import SlackResponse

from bot.redaction import redact, redact_all
from handlers.slack_clock import ObservingClient

# The bot's own credentials, and what Slack gave us to point at something: not for people, and given back as it is.
_OURS = {"token", "trigger_id", "cursor", "client_id", "client_secret", "refresh_token"}
Arguments = Mapping[str, Any]


class RedactedClient(ObservingClient):
    """Slack's own client, whose calls carry no secrets."""

    def api_call(  # noqa: PLR0913 - the signature of Slack's client
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        files: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        auth: dict[str, Any] | None = None,
    ) -> SlackResponse:
        return super().api_call(
            api_method,
            http_verb=http_verb,
            files=files,
            data=_redacted(data),
            params=_redacted(params),
            json=_redacted(json),
            headers=headers,
            auth=auth,
        )


def redact_response(answer: BoltResponse) -> BoltResponse:
    """Remove secrets from what is answered to a command, click or form."""
    if answer.body:
        answer.body = _redacted_body(answer.body)
    return answer


def _redacted_body(body: str) -> str:
    """JSON stays JSON: only its strings are changed."""
    try:
        held = codec.loads(body)
    except ValueError:
        return redact(body)[0]
    return codec.dumps(redact_all(held)) if isinstance(held, dict) else redact(body)[0]


def _redacted(arguments: Arguments | None) -> dict[str, Any] | None:
    if arguments is None:
        return None
    return {
        name: value if name in _OURS else _redacted_argument(value)
        for name, value in arguments.items()
    }


def _redacted_argument(value: Any) -> Any:
    """The SDK writes some arguments, such as blocks and views, as JSON itself."""
    if isinstance(value, str) and value[:1] in "[{":
        return _redacted_json(value)
    return redact_all(value)


def _redacted_json(value: str) -> str:
    try:
        return codec.dumps(redact_all(codec.loads(value)))
    except ValueError:
        return redact(value)[0]
