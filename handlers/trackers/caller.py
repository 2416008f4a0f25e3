"""Calls to a tracker's REST API: JSON in and out, and a readable error for each failure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.markup import shorten
from bot.domain.ticket import (
    NotAllowed,
    NotInTracker,
    TicketMoved,
    TokenNotAccepted,
    TrackerBusy,
    TrackerError,
    TrackerKind,
    TrackerRejected,
    TrackerUnreachable,
)
from bot.redaction import redact_all

TIMEOUT = 10.0  # seconds for each step of a call
MIN_WAIT, MAX_WAIT = timedelta(seconds=1), timedelta(hours=1)  # limits of a requested wait
DEFAULT_WAIT = timedelta(minutes=1)  # wait if the tracker doesn't say how long
MAX_MESSAGE_LENGTH = 300  # characters of the tracker's own message shown to people


class ApiClient:
    """One tracker's API, called with our token."""

    def __init__(
        self,
        kind: TrackerKind,
        base: str,
        names: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        """`base` ends in a slash. `names` are the settings that hold the token."""
        self.kind, self.base, self._names = kind, base, names
        self._auth = auth
        self._headers = {"User-Agent": "debrief", "Accept": "application/json", **(headers or {})}
        self._trusted = httpx.create_ssl_context()  # created once: that takes longer than a call

    def get(self, path: str, resource: str, **parameters: str) -> Any:
        """Send a GET request; `resource` is the name of the resource for people."""
        return self._call("GET", path, resource, params=parameters)

    def send(self, method: str, path: str, resource: str, body: Mapping[str, Any]) -> Any:
        answer = self._call(method, path, resource, json=redact_all(body))
        if not isinstance(answer, dict):
            raise self.make_unreachable_error("the response isn't a JSON object")
        return answer

    def make_unreachable_error(self, problem: str) -> TrackerUnreachable:
        return TrackerUnreachable(tracker=self.kind.label, said=problem)

    def _call(self, method: str, path: str, resource: str, **options: Any) -> Any:
        try:
            with self._client() as client:
                answer = client.request(method, path, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.make_unreachable_error(str(error) or type(error).__name__) from error
        if answer.is_success:
            return self._read(answer)
        if answer.has_redirect_location:
            raise TicketMoved(tracker=self.kind.label, what=resource)
        raise self._trouble(answer, resource)

    def _client(self) -> httpx.Client:
        """Return a client for one call: calls are minutes apart."""
        return httpx.Client(
            base_url=self.base,
            auth=self._auth,
            headers=self._headers,
            verify=self._trusted,
            timeout=TIMEOUT,
            follow_redirects=False,  # they lead to an issue that was moved to another repository
        )

    def _read(self, answer: httpx.Response) -> Any:
        if not answer.content:
            return {}
        try:
            return answer.json()
        except ValueError as error:  # a proxy's page, or a truncated response
            raise self.make_unreachable_error("the response isn't JSON") from error

    def _trouble(self, answer: httpx.Response, resource: str) -> TrackerError:
        tracker, status = self.kind.label, answer.status_code
        if _is_rate_limited(answer):
            busy = TrackerBusy(tracker=tracker)
            busy.wait = _parse_wait(answer)
            return busy
        if status == httpx.codes.UNAUTHORIZED:
            return TokenNotAccepted(tracker=tracker, names=self._names)
        if status == httpx.codes.FORBIDDEN:
            return NotAllowed(tracker=tracker, said=_read_message(answer))
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return NotInTracker(tracker=tracker, what=resource)
        if answer.is_client_error:
            return TrackerRejected(tracker=tracker, said=_read_message(answer))
        return self.make_unreachable_error(f"status {status}")


def _is_rate_limited(answer: httpx.Response) -> bool:
    """Return whether a response is a rate limit: 429, or GitHub's 403 with one of these headers."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return True
    is_exhausted = (
        answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    )
    return answer.status_code == httpx.codes.FORBIDDEN and is_exhausted


def _parse_wait(answer: httpx.Response) -> timedelta:
    """Return how long to wait, within limits. It's in seconds or a time by the tracker's clock."""
    seconds = answer.headers.get("retry-after", "")
    until = answer.headers.get("x-ratelimit-reset", "")
    if seconds.isdecimal():
        wait = timedelta(seconds=min(int(seconds), MAX_WAIT.seconds))
    elif until.isdecimal() and "date" in answer.headers:
        now = parsedate_to_datetime(answer.headers["date"])
        wait = datetime.fromtimestamp(min(int(until), 2**33), UTC) - now.astimezone(UTC)
    else:
        wait = DEFAULT_WAIT
    return min(max(wait, MIN_WAIT), MAX_WAIT)


def _read_message(answer: httpx.Response) -> str:
    """Return the tracker's own message: GitHub's message, or Jira's list of errors."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    fields = body.get("errors")
    parts = [str(body["message"])] if body.get("message") else []
    parts += [str(message) for message in body.get("errorMessages") or []]
    parts += (
        [f"{name}: {problem}" for name, problem in fields.items()]
        if isinstance(fields, dict)
        else []
    )
    return (
        shorten(" ".join("; ".join(parts).split()), MAX_MESSAGE_LENGTH)
        or f"status {answer.status_code}"
    )
