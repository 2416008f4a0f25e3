"""Slack's requests in HTTP mode: verify the signature, parse the body, pass it to the handlers.

https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.config.clock import utcnow
from handlers.transport.bolt_dispatcher import BoltDispatcher

MAX_FIELDS = 100  # in a form body; a command has fewer than twenty
MAX_TIMESTAMP_DIGITS = 20  # digits of seconds since 1970
UNSIGNED, UNREADABLE = 401, 400
STARTING = BoltResponse(status=503, body="starting")
UNSIGNED_RESPONSE = BoltResponse(status=UNSIGNED, body="not signed by Slack")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(frozen=True)
class _Clock(Clock):
    """The clock for checking a signature's age.

    It shows Slack's time, because a wrong machine clock would make the bot refuse every request.
    """

    time: Callable[[], datetime]

    def now(self) -> float:
        return self.time().timestamp()


@dataclass
class SignedHttp:
    """Handler of Slack's requests; `secret` is the app's signing secret, `dispatcher` is None until started."""

    dispatcher: BoltDispatcher | None
    secret: str
    now: Callable[[], datetime] = utcnow

    def answer(self, raw: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """Verify and handle a request; header names are in lower case.

        Status 401 if Slack didn't sign it, 400 if it has no payload, and 503 until the bot has
        started: Slack repeats events, and a history sync finds any others.
        """
        if self.dispatcher is None:
            return STARTING
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return BoltResponse(status=UNREADABLE, body="the body is not UTF-8")
        if not self._is_signed(text, headers):
            return UNSIGNED_RESPONSE
        body = parse_body(text, headers.get("content-type", ""))
        if body is None:
            self.dispatcher.once.warn("signed request without a payload", type="http")
            return BoltResponse(status=UNREADABLE, body="no payload in the body")
        return self.dispatcher.dispatch(body, headers)

    def _is_signed(self, text: str, headers: Mapping[str, str]) -> bool:
        return may_be_signed(headers) and SignatureVerifier(self.secret, _Clock(self.now)).is_valid(
            body=text,
            timestamp=headers["x-slack-request-timestamp"],
            signature=headers["x-slack-signature"],
        )


def may_be_signed(headers: Mapping[str, str]) -> bool:
    """Return whether there's a well-formed signature; checked before the body is read."""
    at = headers.get("x-slack-request-timestamp", "")
    is_time = at.isascii() and at.isdecimal() and len(at) < MAX_TIMESTAMP_DIGITS
    return is_time and bool(_SIGNATURE.fullmatch(headers.get("x-slack-signature", "")))


def parse_body(text: str, content_type: str) -> dict[str, Any] | None:
    """Return a payload from JSON, a form, or JSON in a form's `payload` field, or else None."""
    if content_type.startswith("application/json") or text.startswith("{"):
        return parse_object(text)
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return None
    return parse_object(form["payload"]) if "payload" in form else form or None


def parse_object(text: str | bytes) -> dict[str, Any] | None:
    """Parse a JSON object; None if the text is anything else."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
