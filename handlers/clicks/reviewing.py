"""Clicks with which people review a postmortem."""

from collections.abc import Callable

from bot import render, reviews, sections
from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.environment import Bot
from handlers import review_gaps
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent, typed
from handlers.fields import number
from handlers.forms import reviewing as forms
from handlers.payloads import Press, Submission
from handlers.shown import Shown
from storage.engine import Session

Using = Callable[[Session, Bot, Asker, Incident, str], Review]


def _using(use: Using) -> Callable[[Session, Bot, Press], str | Shown]:
    def pressed(session: Session, bot: Bot, press: Press) -> str | Shown:
        incident = sections.held(session, number(press.value))
        try:
            review = use(session, bot, press.asker, incident, "")
        except review_gaps.REFUSALS as refused:
            return review_gaps.answer(refused, incident)
        return render.line(press.action, incident=incident, review=review)

    return pressed


def _open_return(session: Session, _bot: Bot, press: Press) -> Block:
    return forms.give_back(sections.held(session, number(press.value)))


def _return(session: Session, bot: Bot, sent: Submission) -> Review:
    incident = sections.held(session, number(sent.about))
    return reviews.send_back(session, bot, sent.asker, incident, typed(sent, forms.WHY))


PRESSED: Pressed = {
    "review_submit": _using(reviews.submit),
    "review_approve": _using(reviews.approve),
    "review_finish": _using(reviews.finish),
    "review_reopen": _using(reviews.reopen),
}
OPENED: Opened = {"review_return": _open_return}
SENT: Sent = {forms.RETURN: _return}
