"""`/incident postmortem` commands for the review: submit, approve, return, final, reopen."""

from collections.abc import Callable, Mapping

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.incidents import lifecycle
from bot.postmortems import reviews
from bot.rendering import render
from handlers.commands.call import CommandCall
from handlers.views import review_gaps
from handlers.views.answer import MessageReply
from storage.engine.store import Session

ReviewAction = Callable[[Session, Bot, Actor, Incident, str], Review]


def _make_handler(use: ReviewAction, line: str) -> Callable[[CommandCall, str], str | MessageReply]:
    def answer(call: CommandCall, why: str) -> str | MessageReply:
        incident = lifecycle.require_incident(call.session, call.bot, call.actor)
        try:
            review = use(call.session, call.bot, call.actor, incident, why)
        except review_gaps.REFUSALS as refused:
            return review_gaps.answer(refused, incident)
        return render.line(line, incident=incident, review=review)

    return answer


REVIEW_COMMANDS: Mapping[str, Callable[[CommandCall, str], str | MessageReply]] = {
    "submit": _make_handler(reviews.submit, "review_submit"),
    "approve": _make_handler(reviews.approve, "review_approve"),
    "return": _make_handler(reviews.request_changes, "review_return"),
    "final": _make_handler(reviews.finalize, "review_finish"),
    "reopen": _make_handler(reviews.reopen, "review_reopen"),
}
