"""Buttons for reviewing a postmortem."""

from collections.abc import Callable

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.postmortems import reviews, sections
from bot.rendering import render
from handlers.interactions.handler_types import (
    ButtonForms,
    ButtonHandlers,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import review_gaps
from handlers.views.answer import MessageReply
from handlers.views.blocks import Block
from handlers.views.forms import review as forms
from storage.engine.store import Session

ReviewAction = Callable[[Session, Bot, Actor, Incident, str], Review]


def _make_handler(use: ReviewAction) -> Callable[[Session, Bot, ButtonClick], str | MessageReply]:
    def pressed(session: Session, bot: Bot, press: ButtonClick) -> str | MessageReply:
        incident = sections.lock_incident(session, parse_row_id(press.value))
        try:
            review = use(session, bot, press.actor, incident, "")
        except review_gaps.REFUSALS as refused:
            return review_gaps.answer(refused, incident)
        return render.line(press.action, incident=incident, review=review)

    return pressed


def _open_request_changes(session: Session, _bot: Bot, press: ButtonClick) -> Block:
    return forms.request_changes(sections.lock_incident(session, parse_row_id(press.value)))


def _request_changes(session: Session, bot: Bot, sent: Submission) -> Review:
    incident = sections.lock_incident(session, parse_row_id(sent.about))
    return reviews.request_changes(
        session, bot, sent.actor, incident, read_as_mrkdwn(sent, forms.WHY)
    )


BUTTON_HANDLERS: ButtonHandlers = {
    "review_submit": _make_handler(reviews.submit),
    "review_approve": _make_handler(reviews.approve),
    "review_finish": _make_handler(reviews.finalize),
    "review_reopen": _make_handler(reviews.reopen),
}
BUTTON_FORMS: ButtonForms = {"review_return": _open_request_changes}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.REQUEST_CHANGES: _request_changes}
