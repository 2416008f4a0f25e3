"""Handle every Web API call: apply faults, check token, scopes and rate limits, call the method, record."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

from sandbox.api import objects, rate_limits
from sandbox.api.access import require_scope
from sandbox.api.methods import Method
from sandbox.api.rate_limits import RateLimit
from sandbox.api.request import Request, SlackError, decoded
from sandbox.faults import Faults
from sandbox.late_calls import LateCalls
from sandbox.record import Call, Record
from sandbox.workspace_state import Json, WorkspaceState

PACED = "chat.postMessage"


class Dropped(Exception):
    """The connection must be cut without a response."""


class Unreadable(Exception):
    """A proxy responds instead of Slack."""

    def __init__(self, status: int, body: str) -> None:
        self.status, self.body = status, body


@dataclass(frozen=True)
class Reply:
    status: int
    answer: Json
    headers: dict[str, str]


@dataclass(eq=False)
class Dispatcher:
    state: WorkspaceState
    faults: Faults
    record: Record
    strict: bool
    methods: dict[str, Method]
    _posts: RateLimit = field(default_factory=lambda: RateLimit(timedelta(seconds=1)))
    _histories: RateLimit = field(default_factory=lambda: RateLimit(timedelta(minutes=1)))

    def __post_init__(self) -> None:
        self.late = LateCalls(self.state.clock)

    async def answer(self, method: str, args: Json, token: str) -> Reply:
        """Return the reply to a call with these raw arguments. Raises Dropped or Unreadable."""
        at = self.state.clock.now()
        args = decoded(args)
        if slow := self.faults.of_call("slow", method):
            await asyncio.sleep(slow.seconds)
        try:
            self._before(method)
            self._postpone(method, args, token)
            reply = self._performed(method, args, token)
            if self.faults.of_call("dropped_after", method):
                raise Dropped  # noqa: TRY301  handled like any other drop
        except SlackError as error:
            headers = _retry_after(error)
            reply = self._reply(error.status, error.answer, headers)
        except (Dropped, Unreadable):
            self.record.add_call(Call(method, objects.redacted(args), {}, 0, at))
            raise
        self.record.add_call(Call(method, objects.redacted(args), reply.answer, reply.status, at))
        return reply

    def _before(self, method: str) -> None:
        if self.faults.of_call("dropped_before", method):
            raise Dropped
        if fault := self.faults.of_call("unreadable", method):
            raise Unreadable(fault.status, fault.body)
        if fault := self.faults.of_call("ratelimited", method):
            raise SlackError("ratelimited", 429, retry_after=fault.retry_after)
        if fault := self.faults.of_call("server_error", method):
            raise SlackError("internal_error", fault.status)
        if fault := self.faults.of_call("error", method):
            raise SlackError(fault.error)

    def _postpone(self, method: str, args: Json, token: str) -> None:
        """Drop a call that the fault `late` applies to, and carry it out later."""
        if fault := self.faults.of_call("late", method):
            self.late.add(method, fault.seconds, lambda: self._answered_late(method, args, token))
            raise Dropped

    def _answered_late(self, method: str, args: Json, token: str) -> Json:
        try:
            return self._performed(method, args, token).answer
        except SlackError as error:
            return error.answer

    def _performed(self, name: str, args: Json, token: str) -> Reply:
        method = self.methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._authenticate(method, token)
        with self.state.lock:
            require_scope(self.state, method.scopes)
            self._pace(name, args)
            args = self._limited(name, args)
            answer = method.handle(Request(name, args, self.state))
        headers = {"x-accepted-oauth-scopes": ",".join(method.scopes)}
        return self._reply(200, {"ok": True, **answer}, headers)

    def _authenticate(self, method: Method, token: str) -> None:
        if method.token == "none":  # noqa: S105
            return
        identity = self.state.identity
        expected = {"bot": identity.bot_token, "app": identity.app_token}
        if not token:
            raise SlackError("not_authed")
        if token not in expected.values():
            raise SlackError("invalid_auth")
        if token != expected[method.token]:
            raise SlackError("not_allowed_token_type")

    def _pace(self, method: str, args: Json) -> None:
        """Limit messages to one per second and channel, if strict."""
        if not self.strict or method != PACED:
            return
        self._posts.check(str(args.get("channel")), self.state.clock.now())

    def _limited(self, method: str, args: Json) -> Json:
        if method not in rate_limits.HISTORY_METHODS:
            return args
        if not self.faults.of_call("history_limited", method):
            return args
        self._histories.check(method, self.state.clock.now())
        return rate_limits.limit_items(args)

    def _reply(self, status: int, answer: Json, headers: dict[str, str]) -> Reply:
        common = {
            "x-oauth-scopes": ",".join(sorted(self.state.grants)),
            "x-slack-req-id": self.state.ids.secret(32),
            "date": format_datetime(self.state.clock.now(), usegmt=True),
        }
        return Reply(status, answer, {**common, **headers})


def _retry_after(error: SlackError) -> dict[str, str]:
    # The wait is only in the header.
    wait = error.more.pop("retry_after", None)
    return {} if wait is None else {"Retry-After": str(wait)}
