"""What an error means: the sentence for a person, and whether a retry may succeed.

A `BotError` is a user's mistake, and its message says how to fix it. Any other error is ours: it's
logged under a reference that the person sees too.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError
from bot.domain.refusals import code_of, scope_of
from bot.rendering import render
from storage.engine.store import DatabaseError, Store

log = structlog.get_logger()
T = TypeVar("T")

MOST_SECONDS = 3_600  # of Retry-After: further ahead is not believed
SERVER_ERROR, TOO_MANY_REQUESTS = 500, 429  # HTTP status codes
RATE_LIMIT_ERRORS = {"ratelimited", "rate_limited"}
# The token's fault, not the posting's: somebody will give us another.
AUTH_ERRORS = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "org_login_required"}  # fmt: skip
# Slack errors that may pass on a retry. It's unknown what Slack did before it returned them. A
# canvas is locked while somebody edits it.
TRANSIENT_ERRORS = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org", "canvas_editing_locked", "fetch_members_failed"}  # fmt: skip


def describe_slack_error(error: SlackApiError) -> str:
    """Return Slack's error code, with the missing scope if Slack names one."""
    reason = str(error.response.get("error", error.response.status_code))
    needed = error.response.get("needed")
    return f"{reason}, needs {needed}" if needed else reason


def run_guarded(work: Callable[[], T], what: str) -> T | Exception:
    """Run a piece of work; return an error instead of raising it, so that the worker goes on."""
    try:
        return work()
    except DatabaseError as error:
        _log_transient(error, what)
        return error
    except (SlackApiError, OSError, BotError) as error:
        return error  # an expected kind of error: the caller handles it
    except Exception as error:  # catch-all: one bad row mustn't stop the worker
        log.exception("unexpected error", what=what)
        return error


def log_database_trouble(store: Store) -> None:
    """Log database trouble when it begins and when it ends, not once per message."""
    store.on_trouble.append(
        lambda trouble: log.warning("database is unavailable", reason=trouble.reason)
    )
    store.on_recovery.append(lambda: log.info("database is available again"))
    store.on_damage.append(lambda damage: log.error("database is corrupt", reason=str(damage)))


def _log_transient(error: DatabaseError, what: str) -> None:
    if error.passes:  # the store itself logs lasting trouble, once
        log.warning("database is temporarily unavailable", what=what, reason=error.reason)


def explain(error: Exception) -> str:
    """Return the message for a person.

    Log an error that's ours, and return its reference instead.
    """
    if isinstance(error, DatabaseError):
        _log_transient(error, "handler")
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, SlackApiError) and not is_transient(error):
        return _refused(error)
    reference = uuid4().hex[:8]
    log.error("handler failed", reference=reference, exc_info=error)
    return render.line("apology", reference=reference)


def _refused(error: SlackApiError) -> str:
    """What Slack refused while the person waits, and what to do about it."""
    reason = describe_slack_error(error)
    log.warning("Slack rejected a call", reason=reason)
    facts = {"code": code_of(reason), "scope": scope_of(reason)}
    # Who we are and what the command is called isn't known here.
    return render.message("slack_refused", **facts, command="/incident", bot="debrief").text


def is_transient(error: SlackApiError | OSError) -> bool:
    """Return whether a retry may succeed: Slack was busy, in trouble or unreachable."""
    if isinstance(error, OSError):
        return True
    status = error.response.status_code
    is_busy = error.response.get("error") in RATE_LIMIT_ERRORS | TRANSIENT_ERRORS
    return is_busy or status == TOO_MANY_REQUESTS or status >= SERVER_ERROR


def retry_after(error: SlackApiError) -> timedelta:
    """Return how long Slack says to wait before the next call of a method."""
    written = str(error.response.headers.get("Retry-After", ""))
    return timedelta(seconds=min(max(int(written) if written.isdecimal() else 1, 1), MOST_SECONDS))
