"""Responses to Slack: replies to clicks, and errors as each kind of request shows them.

A `BotError` is a user's mistake, and its message says how to fix it. Any other error is ours. An event
that fails is left unacknowledged, so that Slack delivers it again.
"""

from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any

import structlog
from slack_bolt import BoltContext, BoltResponse
from slack_sdk.webhook import WebhookClient

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.markup import find_mentions
from bot.redaction import redact, redact_all
from handlers import errors
from handlers.slack import reply_deduplication
from handlers.slack.fields import NotUnderstood
from handlers.slack.log_once import OnceLogger
from handlers.slack.requests import Delivery, DeliveryKind
from storage import people

log = structlog.get_logger()

OK = 200


def respond_to_error(
    bot: Bot, once: OnceLogger, error: Exception, context: BoltContext
) -> BoltResponse:
    """Turn what a middleware or a listener raised into the response; the only place that does."""
    delivery: Delivery = context["delivery"]
    if _is_repeated_click(bot, delivery):
        return BoltResponse(status=OK)
    if isinstance(error, NotUnderstood):
        missing = str(error.facts["missing"])
        once.warn("cannot parse payload", kind=delivery.name[:80], missing=missing)
        if delivery.kind is DeliveryKind.EVENT:
            return BoltResponse(status=OK)  # a retry wouldn't be readable either
    return _respond(error, delivery, _names(bot, error))


def _respond(error: Exception, delivery: Delivery, names: Mapping[str, str]) -> BoltResponse:
    """Respond with an error; `names` are of the people it mentions."""
    explanation = errors.explain(error)
    match delivery.kind:
        case DeliveryKind.EVENT:
            return BoltResponse(
                status=errors.SERVER_ERROR
            )  # not acknowledged: Slack sends it again
        case DeliveryKind.FORM:
            beside = error.named(names) if isinstance(error, BotError) else explanation
            return BoltResponse(status=OK, body=_beside_field(error, delivery.blocks, beside))
        case DeliveryKind.INTERACTION:
            reply_ephemerally(delivery.response_url, explanation)
            return BoltResponse(status=OK)
        case DeliveryKind.COMMAND:
            return BoltResponse(status=OK, body=explanation)


def _beside_field(error: Exception, blocks: Sequence[str], message: str) -> dict[str, Any] | str:
    """Return the body that shows the message at the field it's about, or else at the first field.

    Empty if the form has no fields.
    """
    named = error.field.split() if isinstance(error, BotError) else []
    block = next((name for name in [*named, *blocks] if name in blocks), None)
    return {"response_action": "errors", "errors": {block: message}} if block else ""


def _names(bot: Bot, error: Exception) -> dict[str, str]:
    """The names of the people whom an error mentions: beside a field of a form, no mention is drawn."""
    ids = find_mentions(str(error)) if isinstance(error, BotError) else []
    if not ids:
        return {}
    with bot.store.begin() as session:
        return people.names(session, ids)


def _is_repeated_click(bot: Bot, delivery: Delivery) -> bool:
    """Whether a click or shortcut was answered before. A command's or form's answer is its response."""
    if delivery.kind is not DeliveryKind.INTERACTION or not delivery.response_url:
        return False
    return not reply_deduplication.claim_reply(bot, delivery.trigger_id)


def reply_ephemerally(response_url: str, text: str, blocks: Sequence[dict[str, Any]] = ()) -> None:
    """Reply to a click so that only the person who clicked sees it.

    Tried once, because Slack is waiting.
    """
    if not response_url.startswith("http"):
        return  # a click whose payload has no usable response URL
    try:
        WebhookClient(response_url, timeout=2, retry_handlers=[]).send(
            text=redact(text)[0],
            blocks=redact_all({"blocks": list(blocks)})["blocks"] or None,
            response_type="ephemeral",
            replace_original=False,
        )
    except (OSError, ValueError, HTTPException) as error:
        # The action itself is done; only the reply is lost.
        log.warning("cannot deliver reply", error=str(error))
