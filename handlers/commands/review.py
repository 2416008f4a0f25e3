"""`/incident postmortem` words of the review: submit, approve, return, final, reopen."""

from collections.abc import Callable, Mapping

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.incidents import lifecycle
from bot.postmortems import reviews
from bot.rendering import render
from handlers.commands.call import Call
from handlers.views import review_gaps
from handlers.views.answer import Shown
from storage.engine.store import Session

Using = Callable[[Session, Bot, Actor, Incident, str], Review]


def _using(use: Using, line: str) -> Callable[[Call, str], str | Shown]:
    def answer(call: Call, why: str) -> str | Shown:
        incident = lifecycle.here(call.session, call.bot, call.actor)
        try:
            review = use(call.session, call.bot, call.actor, incident, why)
        except review_gaps.REFUSALS as refused:
            return review_gaps.answer(refused, incident)
        return render.line(line, incident=incident, review=review)

    return answer


REVIEWING: Mapping[str, Callable[[Call, str], str | Shown]] = {
    "submit": _using(reviews.submit, "review_submit"),
    "approve": _using(reviews.approve, "review_approve"),
    "return": _using(reviews.send_back, "review_return"),
    "final": _using(reviews.finish, "review_finish"),
    "reopen": _using(reviews.reopen, "review_reopen"),
}
