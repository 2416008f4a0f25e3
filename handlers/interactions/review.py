"""Clicks with which people review a postmortem."""

from collections.abc import Callable

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.postmortems import reviews, sections
from bot.rendering import render
from handlers.fields import number
from handlers.interactions.click import Opened, Pressed, Sent, typed
from handlers.slack.payloads import Press, Submission
from handlers.views import review_gaps
from handlers.views.answer import Shown
from handlers.views.blocks import Block
from handlers.views.forms import review as forms
from storage.engine.store import Session

Using = Callable[[Session, Bot, Actor, Incident, str], Review]


def _using(use: Using) -> Callable[[Session, Bot, Press], str | Shown]:
    def pressed(session: Session, bot: Bot, press: Press) -> str | Shown:
        incident = sections.held(session, number(press.value))
        try:
            review = use(session, bot, press.actor, incident, "")
        except review_gaps.REFUSALS as refused:
            return review_gaps.answer(refused, incident)
        return render.line(press.action, incident=incident, review=review)

    return pressed


def _open_return(session: Session, _bot: Bot, press: Press) -> Block:
    return forms.give_back(sections.held(session, number(press.value)))


def _return(session: Session, bot: Bot, sent: Submission) -> Review:
    incident = sections.held(session, number(sent.about))
    return reviews.send_back(session, bot, sent.actor, incident, typed(sent, forms.WHY))


PRESSED: Pressed = {
    "review_submit": _using(reviews.submit),
    "review_approve": _using(reviews.approve),
    "review_finish": _using(reviews.finish),
    "review_reopen": _using(reviews.reopen),
}
OPENED: Opened = {"review_return": _open_return}
SENT: Sent = {forms.RETURN: _return}
