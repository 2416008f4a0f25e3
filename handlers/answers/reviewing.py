"""`/incident postmortem` words of the review: submit, approve, return, final, reopen."""

from collections.abc import Callable, Mapping

from bot import incidents, render, reviews
from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.environment import Bot
from handlers import review_gaps
from handlers.answers.call import Call
from handlers.shown import Shown
from storage.engine import Session

Using = Callable[[Session, Bot, Asker, Incident, str], Review]


def _using(use: Using, line: str) -> Callable[[Call, str], str | Shown]:
    def answer(call: Call, why: str) -> str | Shown:
        incident = incidents.here(call.session, call.bot, call.asker)
        try:
            review = use(call.session, call.bot, call.asker, incident, why)
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
