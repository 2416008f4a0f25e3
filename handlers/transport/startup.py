"""Wait at start until Slack responds. Only a refused token ends the wait.

Rate limits, server errors, lost or unreadable responses and an unreachable network say nothing about
the token, so they're retried for as long as they last.
"""

from collections.abc import Callable
from http.client import HTTPException
from threading import Event
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from websocket import WebSocketException

from bot.domain.errors import BotError
from bot.domain.markup import shorten
from handlers import errors
from handlers.transport.reconnect_backoff import Backoff, ReconnectSettings

log = structlog.get_logger()
T = TypeVar("T")

NON_JSON = "Received a response in a non-JSON format"  # the SDK's words
LONGEST_REASON = 200  # characters: a proxy may respond with a whole page
# What Slack says about a token that won't work until somebody changes it. `auth.test` and
# `apps.connections.open` document these; everything else may pass.
TOKEN_ERRORS = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
    "missing_scope",
    "no_permission",
    "team_access_not_granted",
    "forbidden_team",
}


class NoGreeting(BotError):
    """The Socket Mode connection opened, but Slack sent nothing over it. Check that your proxy or firewall
    allows WebSockets."""


class ResponseIncomplete(BotError):
    """Slack's response has no {missing}."""


class StartCancelled(BotError):
    """Debrief was stopped before Slack responded."""


UNAVAILABLE = (
    SlackClientError,
    HTTPException,
    OSError,
    WebSocketException,
    NoGreeting,
    ResponseIncomplete,
    AttributeError,  # the SDK's, for JSON that isn't an object
    ValueError,  # the SDK's or the WebSocket library's, for what is no JSON or no address
)


def is_token_error(error: SlackApiError) -> bool:
    """Return whether Slack refuses the token itself, so that a retry is useless."""
    return not is_unreadable(error) and error.response.get("error") in TOKEN_ERRORS


def is_unreadable(error: SlackApiError) -> bool:
    """Return whether a response wasn't Slack's JSON object, but for example a proxy's page."""
    data = error.response.data
    return not isinstance(data, dict) or str(data.get("error")).startswith(NON_JSON)


def required(response: SlackResponse, field: str) -> str:
    """Read a field that Slack always sends; a proxy's response may not have it."""
    value = response.get(field)
    if not isinstance(value, str) or not value:
        raise ResponseIncomplete(missing=field)
    return value


def reason(error: Exception) -> str:
    """Return the cause in a few words, for the log and for `/readyz`."""
    if isinstance(error, SlackApiError) and is_unreadable(error):
        return "the response isn't from Slack. Is there a proxy in between?"
    text = errors.describe_slack_error(error) if isinstance(error, SlackApiError) else str(error)
    return shorten(" ".join(text.split()) or type(error).__name__, LONGEST_REASON)


class Startup:
    """The calls that the start depends on, each repeated until Slack responds."""

    def __init__(self, pace: ReconnectSettings) -> None:
        self._pace = pace
        self._cancelled = Event()
        self.waiting_for = "Slack hasn't responded yet"  # empty once started

    def cancel(self) -> None:
        """Stop waiting; `wait_for` then raises `StartCancelled`."""
        self._cancelled.set()

    def finish(self) -> None:
        self.waiting_for = ""

    def wait_for(self, call: Callable[[], T], name: str) -> T:
        """Repeat `call` until it returns; each reason why it doesn't is logged once.

        `call` raises an error of its own, such as `TokenRefused`, to give up.
        """
        backoff, logged = Backoff(self._pace), set[str]()
        while not self._cancelled.wait(backoff.next()):
            try:
                result = call()
            except UNAVAILABLE as error:
                backoff.apply_retry_after(error)
                self._note(name, reason(error), logged)
                continue
            if logged:
                log.info("Slack is available again", call=name)
            return result
        raise StartCancelled

    def _note(self, name: str, why: str, logged: set[str]) -> None:
        self.waiting_for = f"waiting for Slack: {name} failed ({why})"
        if why not in logged:
            logged.add(why)
            log.warning("Slack is unavailable, retrying", call=name, reason=why)
