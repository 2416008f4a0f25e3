"""Calls to a tracker's REST API: JSON in and out, and each way to fail as a sentence."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.markup import cut
from bot.domain.ticket import (
    Busy,
    Moved,
    NotAllowed,
    NotTaken,
    NotThere,
    Silent,
    TokenNotAccepted,
    TrackerKind,
    TrackerTrouble,
)
from bot.redaction import redact_all

TIMEOUT = 10.0  # seconds for each step of a call
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(hours=1)  # of waiting when we are asked to
USUAL = timedelta(minutes=1)  # when we are asked to and not told how long
LONGEST_SAID = 300  # characters of what a tracker says that people are shown


class Caller:
    """One tracker's API, with our token."""

    def __init__(
        self,
        kind: TrackerKind,
        base: str,
        names: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        """`base` ends in a slash; `names` are the settings that hold the token."""
        self.kind, self.base, self._names = kind, base, names
        self._auth = auth
        self._headers = {"User-Agent": "debrief", "Accept": "application/json", **(headers or {})}
        self._trusted = httpx.create_ssl_context()  # made once: that takes longer than a call

    def get(self, path: str, what: str, **asked: str) -> Any:
        """Read something; `what` names it for people."""
        return self._call("GET", path, what, params=asked)

    def send(self, method: str, path: str, what: str, body: Mapping[str, Any]) -> Any:
        told = self._call(method, path, what, json=redact_all(body))
        if not isinstance(told, dict):
            raise self.silent("what it says is not what was asked for")
        return told

    def silent(self, said: str) -> Silent:
        return Silent(tracker=self.kind.label, said=said)

    def _call(self, method: str, path: str, what: str, **more: Any) -> Any:
        try:
            with self._client() as client:
                answer = client.request(method, path, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.silent(str(error) or type(error).__name__) from error
        if answer.is_success:
            return self._read(answer)
        if answer.has_redirect_location:
            raise Moved(tracker=self.kind.label, what=what)
        raise self._trouble(answer, what)

    def _client(self) -> httpx.Client:
        """For one call: they are minutes apart."""
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
        except ValueError as error:  # a proxy's page, or a part of an answer
            raise self.silent("what it says is not JSON") from error

    def _trouble(self, answer: httpx.Response, what: str) -> TrackerTrouble:
        tracker, status = self.kind.label, answer.status_code
        if _asks_to_wait(answer):
            busy = Busy(tracker=tracker)
            busy.wait = _wait(answer)
            return busy
        if status == httpx.codes.UNAUTHORIZED:
            return TokenNotAccepted(tracker=tracker, names=self._names)
        if status == httpx.codes.FORBIDDEN:
            return NotAllowed(tracker=tracker, said=_said(answer))
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return NotThere(tracker=tracker, what=what)
        if answer.is_client_error:
            return NotTaken(tracker=tracker, said=_said(answer))
        return self.silent(f"status {status}")


def _asks_to_wait(answer: httpx.Response) -> bool:
    """Both say 429; GitHub also 403, with either of these headers."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return True
    spent = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    return answer.status_code == httpx.codes.FORBIDDEN and spent


def _wait(answer: httpx.Response) -> timedelta:
    """As long as it says, within reason: in seconds, or until a moment of its own clock."""
    seconds = answer.headers.get("retry-after", "")
    until = answer.headers.get("x-ratelimit-reset", "")
    if seconds.isdecimal():
        told = timedelta(seconds=min(int(seconds), LONGEST.seconds))
    elif until.isdecimal() and "date" in answer.headers:
        now = parsedate_to_datetime(answer.headers["date"])
        told = datetime.fromtimestamp(min(int(until), 2**33), UTC) - now.astimezone(UTC)
    else:
        told = USUAL
    return min(max(told, SHORTEST), LONGEST)


def _said(answer: httpx.Response) -> str:
    """What the tracker says in its own words: GitHub's message, Jira's list of errors."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    fields = body.get("errors")
    told = [str(body["message"])] if body.get("message") else []
    told += [str(each) for each in body.get("errorMessages") or []]
    told += [f"{name}: {why}" for name, why in fields.items()] if isinstance(fields, dict) else []
    return cut(" ".join("; ".join(told).split()), LONGEST_SAID) or f"status {answer.status_code}"
