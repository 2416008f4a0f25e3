"""Signed HTTP: the requests that Slack sends to an app's request URL."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.clock import real_now
from sandbox.delivery import Attempt, Outcome

FORM = "application/x-www-form-urlencoded"
REASONS = {"timeout": "http_timeout", "not_connected": "connection_failed"}


@dataclass(eq=False)
class HttpDelivery:
    """Sends payloads to one URL, signed like Slack's, at the time `now`. Runs on the server's loop."""

    url: str
    signing_secret: str
    ack_timeout: float
    client: httpx.AsyncClient
    now: Callable[[], datetime] = real_now

    async def send(self, attempt: Attempt) -> Outcome:
        content, content_type = _encoded(attempt)
        headers = {"Content-Type": content_type, **self._signed(content), **_retry(attempt)}
        try:
            response = await self.client.post(
                self.url,
                content=content,
                headers=headers,
                timeout=self.ack_timeout,
            )
        except httpx.TimeoutException:
            return Outcome(acknowledged=False, reason="http_timeout")
        except httpx.TransportError:
            return Outcome(acknowledged=False, reason="connection_failed")
        return _outcome(response)

    async def challenge(self, token: str, challenge: str) -> bool:
        """Verify the request URL as Slack does; return whether the app sent the challenge back."""
        body = {"token": token, "challenge": challenge, "type": "url_verification"}
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._signed(content)}
        response = await self.client.post(
            self.url,
            content=content,
            headers=headers,
            timeout=self.ack_timeout,
        )
        return response.is_success and challenge in response.text

    def _signed(self, content: bytes) -> dict[str, str]:
        at = str(int(self.now().timestamp()))
        base = b"v0:" + at.encode() + b":" + content
        mac = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}"}


def _encoded(attempt: Attempt) -> tuple[bytes, str]:
    """Return the body and its type: JSON for events, a form for commands and interactions."""
    body = attempt.pending.body
    if attempt.pending.kind == "events_api":
        return json.dumps(body).encode(), "application/json"
    if attempt.pending.kind == "interactive":
        return urlencode({"payload": json.dumps(body)}).encode(), FORM
    fields = {key: _form_value(value) for key, value in body.items() if value is not None}
    return urlencode(fields).encode(), FORM


def _form_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _retry(attempt: Attempt) -> dict[str, str]:
    if not attempt.number:
        return {}
    reason = REASONS.get(attempt.reason, attempt.reason)
    return {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": reason}


def _outcome(response: httpx.Response) -> Outcome:
    if not response.is_success:
        final = response.headers.get("x-slack-no-retry") == "1"
        return Outcome(acknowledged=False, reason="http_error", final=final)
    text = response.text
    try:
        answer = json.loads(text) if text else None
    except ValueError:
        answer = text  # a command may be answered in plain text
    return Outcome(acknowledged=True, answer=answer or None)
