"""Slack's requests in HTTP mode: the signature checked, the body read, and taken to the doors.

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

from bot.config.context import utcnow
from handlers.transport.intake import Intake

MOST_FIELDS = 100  # of a form; a command has fewer than twenty
LONGEST_TIME = 20  # digits of seconds since 1970
UNSIGNED, UNREADABLE = 401, 400
STARTING = BoltResponse(status=503, body="starting")
NOT_SIGNED = BoltResponse(status=UNSIGNED, body="not signed by Slack")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(frozen=True)
class _Clock(Clock):
    """The time against which a signature's age is checked: Slack's, or a wrong clock refuses all."""

    time: Callable[[], datetime]

    def now(self) -> float:
        return self.time().timestamp()


@dataclass
class SignedHttp:
    """Answers what Slack posts; `secret` is the app's signing secret, `intake` is None until started."""

    intake: Intake | None
    secret: str
    now: Callable[[], datetime] = utcnow

    def answer(self, raw: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """Headers by lower-case name. 401 for what Slack did not sign, 400 for no payload at all.

        503 until started: Slack repeats events, and what was said meanwhile is fetched then.
        """
        if self.intake is None:
            return STARTING
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return BoltResponse(status=UNREADABLE, body="the body is not UTF-8")
        if not self._is_signed(text, headers):
            return NOT_SIGNED
        body = read(text, headers.get("content-type", ""))
        if body is None:
            self.intake.once.warn("a signed request held no payload", type="http")
            return BoltResponse(status=UNREADABLE, body="no payload in the body")
        return self.intake.take(body, headers)

    def _is_signed(self, text: str, headers: Mapping[str, str]) -> bool:
        return may_be_signed(headers) and SignatureVerifier(self.secret, _Clock(self.now)).is_valid(
            body=text,
            timestamp=headers["x-slack-request-timestamp"],
            signature=headers["x-slack-signature"],
        )


def may_be_signed(headers: Mapping[str, str]) -> bool:
    """Whether there is a signature at all: known before the body is read."""
    at = headers.get("x-slack-request-timestamp", "")
    is_time = at.isascii() and at.isdecimal() and len(at) < LONGEST_TIME
    return is_time and bool(_SIGNATURE.fullmatch(headers.get("x-slack-signature", "")))


def read(text: str, content_type: str) -> dict[str, Any] | None:
    """A request's payload: JSON, or a form, or JSON in a form's field `payload`; None when it is none."""
    if content_type.startswith("application/json") or text.startswith("{"):
        return an_object(text)
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    return an_object(form["payload"]) if "payload" in form else form or None


def an_object(text: str | bytes) -> dict[str, Any] | None:
    """The JSON object that a text is; None when it is something else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
