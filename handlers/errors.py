"""The one place where an error becomes an answer.

A `BotError` is somebody's mistake and its sentence tells how to mend it. Anything else is ours: it
is logged with a reference that the person sees too, and an event is left unacknowledged, so that
Slack delivers it again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http.client import HTTPException
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.domain.errors import BotError
from bot.domain.refusals import code_of, scope_of
from bot.redaction import redact, redact_all
from bot.rendering import render
from handlers import fields
from storage.engine.store import DatabaseError, Store

log = structlog.get_logger()
T = TypeVar("T")

MOST_SECONDS = 3_600  # of Retry-After: further ahead is not believed
SERVER_ERROR, TOO_MANY = 500, 429  # statuses of HTTP
LIMITED = {"ratelimited", "rate_limited"}
# The token's fault, not the posting's: somebody will give us another.
LOCKED_OUT = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "org_login_required"}  # fmt: skip
# Slack's answers that may be different next time; what it did before it gave them is unknown. A
# canvas is locked while somebody writes in it.
TRANSIENT = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org", "canvas_editing_locked", "fetch_members_failed"}  # fmt: skip


def answer(
    error: Exception, request: BoltRequest, names: Mapping[str, str] | None = None
) -> BoltResponse:
    """Turn what a listener raised into what Slack is told; `names` are of people it mentions."""
    told = sentence(error)
    body = request.body
    if body.get("type") == "event_callback":
        return BoltResponse(status=500)  # not acknowledged: Slack sends it again
    if body.get("type") == "view_submission":
        beside = error.named(names or {}) if isinstance(error, BotError) else told
        return BoltResponse(status=200, body=_beside_field(error, body.get("view", {}), beside))
    if "command" not in body:
        whisper(fields.text(body, "response_url"), told)
        return BoltResponse(status=200)
    return BoltResponse(status=200, body=told)


def _beside_field(error: Exception, view: Mapping[str, Any], told: str) -> dict[str, Any] | str:
    """The sentence at the field that it is about, else at the first one."""
    blocks = [block for block, _ in fields.inputs(view)]
    named = error.field.split() if isinstance(error, BotError) else []
    where = next((field for field in [*named, *blocks] if field in blocks), None)
    return {"response_action": "errors", "errors": {where: told}} if where else ""


def whisper(answer_url: str, text: str, blocks: Sequence[dict[str, Any]] = ()) -> None:
    """Answer a click so that only the person who clicked sees it: tried once, as Slack waits."""
    if not answer_url.startswith("http"):
        return  # a click in a place that cannot be answered
    try:
        WebhookClient(answer_url, timeout=2, retry_handlers=[]).send(
            text=redact(text)[0],
            blocks=redact_all({"blocks": list(blocks)})["blocks"] or None,
            response_type="ephemeral",
            replace_original=False,
        )
    except (
        OSError,
        ValueError,
        HTTPException,
    ) as error:  # the click itself is done; what is lost is the sentence
        log.warning("answer not delivered", error=str(error))


def refusal(error: SlackApiError) -> str:
    """Why Slack refused, in its own word, with the scope that is missing where that is it."""
    reason = str(error.response.get("error", error.response.status_code))
    needed = error.response.get("needed")
    return f"{reason}, needs {needed}" if needed else reason


def guarded(work: Callable[[], T], what: str) -> T | Exception:
    """Run a piece of a worker's work; what went wrong comes back instead of ending the worker."""
    try:
        return work()
    except DatabaseError as error:
        _note(error, what)
        return error
    except (SlackApiError, OSError, BotError) as error:
        return error  # of a kind that is to be expected: the caller knows what to do
    except Exception as error:  # the worker's catch-all: one bad row must not stop the rest
        log.exception("work failed", what=what)
        return error


def watch(store: Store) -> None:
    """Log the database's trouble when it begins and when it ends, and not once for each message."""
    store.on_trouble.append(lambda trouble: log.warning("database trouble", reason=trouble.reason))
    store.on_recovery.append(lambda: log.info("database works again"))
    store.on_damage.append(lambda damage: log.error("database damaged", reason=str(damage)))


def _note(error: DatabaseError, what: str) -> None:
    if error.passes:  # of what lasts, the store tells once
        log.warning("database gave way", what=what, reason=error.reason)


def sentence(error: Exception) -> str:
    """What a person is told of an error; one that is ours is logged, and referred to."""
    if isinstance(error, DatabaseError):
        _note(error, "listener")
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, SlackApiError) and not is_passing(error):
        return _refused(error)
    reference = uuid4().hex[:8]
    log.error("listener failed", reference=reference, exc_info=error)
    return render.line("apology", reference=reference)


def _refused(error: SlackApiError) -> str:
    """What Slack refused while the person waits, and what to do about it."""
    reason = refusal(error)
    log.warning("refused by Slack", reason=reason)
    facts = {"code": code_of(reason), "scope": scope_of(reason)}
    # Who we are and what the command is called isn't known here.
    return render.message("slack_refused", **facts, command="/incident", bot="debrief").text


def is_passing(error: SlackApiError | OSError) -> bool:
    """Whether Slack may answer when it's asked again: it was too busy, or in trouble, or out of reach."""
    if isinstance(error, OSError):
        return True
    status = error.response.status_code
    is_busy = error.response.get("error") in LIMITED | TRANSIENT
    return is_busy or status == TOO_MANY or status >= SERVER_ERROR


def retry_after(error: SlackApiError) -> timedelta:
    """Return how long Slack says to wait before the next call of a method."""
    written = str(error.response.headers.get("Retry-After", ""))
    return timedelta(seconds=min(max(int(written) if written.isdecimal() else 1, 1), MOST_SECONDS))
