"""Submitted forms."""

from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import SUBMISSION_HANDLERS, incident_of_request
from handlers.interactions.click import NextForm, UpdatedView
from handlers.interactions.modals import refresh_modal
from handlers.slack import people
from handlers.slack.membership import require_access, with_channels
from handlers.slack.requests import Submission
from handlers.views.forms.forget import FORGET
from storage import deliveries, requesters


def on_submission(bot: Bot, client: WebClient, sent: Submission) -> NextForm | None:
    """Run a submitted form; return the form to show in its place, if there's more to ask."""
    if sent.form == FORGET:
        actor = people.with_admin_flag(client, sent.actor)
        sent = replace(sent, actor=with_channels(bot, client, actor))
    require_access(
        bot, client, sent.actor.person, partial(incident_of_request.of_submission, sent=sent)
    )
    result: object = None
    with bot.store.begin() as session:
        requesters.remember(session, sent.actor.person, sent.actor.channel_id)
        if sent.form in SUBMISSION_HANDLERS and deliveries.record_new(
            session, sent.actor.request_id, sent.actor.at
        ):
            result = SUBMISSION_HANDLERS[sent.form].run(session, bot, sent)
    if isinstance(result, UpdatedView):
        refresh_modal(client, result)
    return result if isinstance(result, NextForm) else None
