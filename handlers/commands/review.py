"""`/incident postmortem` commands for the review: submit, approve, changes, finalize, reopen."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.incidents import lifecycle
from bot.postmortems import reviews
from handlers.commands.call import CommandCall
from handlers.interactions.review import ReviewStep, reply_to
from handlers.views.reply import MessageReply


def _make_handler(step: ReviewStep, line: str) -> Callable[[CommandCall, str], str | MessageReply]:
    def handle(call: CommandCall, reason: str) -> str | MessageReply:
        incident = lifecycle.require_incident(call.session, call.bot, call.actor)
        return reply_to(
            partial(step, call.session, call.bot, call.actor, incident, reason), incident, line
        )

    return handle


REVIEW_COMMANDS: Mapping[str, Callable[[CommandCall, str], str | MessageReply]] = {
    "submit": _make_handler(reviews.submit, "review_submit"),
    "approve": _make_handler(reviews.approve, "review_approve"),
    "changes": _make_handler(reviews.request_changes, "review_return"),
    "finalize": _make_handler(reviews.finalize, "review_finish"),
    "reopen": _make_handler(reviews.reopen, "review_reopen"),
}
