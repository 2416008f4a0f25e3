"""Buttons for reviewing a postmortem."""

from collections.abc import Callable
from functools import partial

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.postmortems import reviews, sections
from bot.rendering import render
from handlers.interactions.handler_types import (
    ButtonForms,
    ButtonHandlers,
    Interaction,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incident_finders import find_by_id
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import review_gaps
from handlers.views.blocks import Block
from handlers.views.forms import review as forms
from handlers.views.reply import MessageReply
from storage.engine.store import Session

ReviewStep = Callable[[Session, Bot, Actor, Incident, str], Review]


def reply_to(step: Callable[[], Review], incident: Incident, line: str) -> str | MessageReply:
    """Take a step of a review. Return the reply: if the postmortem has gaps, the buttons to fill them."""
    try:
        return render.line(line, incident=incident, review=step())
    except review_gaps.REFUSALS as error:
        return review_gaps.build_reply(error, incident)


def _make_handler(step: ReviewStep) -> Callable[[Session, Bot, ButtonClick], str | MessageReply]:
    def handle(session: Session, bot: Bot, click: ButtonClick) -> str | MessageReply:
        incident = sections.lock_incident(session, parse_row_id(click.value))
        return reply_to(
            partial(step, session, bot, click.actor, incident, ""), incident, click.action
        )

    return handle


def _open_request_changes(session: Session, _bot: Bot, click: ButtonClick) -> Block:
    return forms.request_changes(sections.lock_incident(session, parse_row_id(click.value)))


def _request_changes(session: Session, bot: Bot, form: Submission) -> Review:
    incident = sections.lock_incident(session, parse_row_id(form.about))
    reason = read_as_mrkdwn(form, forms.WHY)
    return reviews.request_changes(session, bot, form.actor, incident, reason)


BUTTON_HANDLERS: ButtonHandlers = {
    "review_submit": Interaction(_make_handler(reviews.submit), "postmortem", find_by_id),
    "review_approve": Interaction(_make_handler(reviews.approve), "postmortem", find_by_id),
    "review_finish": Interaction(_make_handler(reviews.finalize), "postmortem", find_by_id),
    "review_reopen": Interaction(_make_handler(reviews.reopen), "postmortem", find_by_id),
}
BUTTON_FORMS: ButtonForms = {
    "review_return": Interaction(_open_request_changes, "postmortem", find_by_id)
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.REQUEST_CHANGES: Interaction(_request_changes, "postmortem", find_by_id)
}
