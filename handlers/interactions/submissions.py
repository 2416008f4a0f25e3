"""Submitted forms."""

from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import SUBMISSION_HANDLERS, incident_of_request
from handlers.interactions.handler_types import NextForm, UpdatedView
from handlers.interactions.modals import refresh_modal
from handlers.slack import people
from handlers.slack.membership import require_access, with_channels
from handlers.slack.requests import Submission
from handlers.views.forms.forget import FORGET
from storage import deliveries, requesters


def on_submission(bot: Bot, client: WebClient, submission: Submission) -> NextForm | None:
    """Run a submitted form; return the form to show in its place, if there's more to ask."""
    if submission.form == FORGET:
        actor = people.with_admin_flag(client, submission.actor)
        submission = replace(submission, actor=with_channels(bot, client, actor))
    require_access(
        bot,
        client,
        submission.actor.person,
        partial(incident_of_request.of_submission, submission=submission),
    )
    result: object = None
    with bot.store.begin() as session:
        requesters.remember(session, submission.actor.person, submission.actor.channel_id)
        if submission.form in SUBMISSION_HANDLERS and deliveries.record_new(
            session, submission.actor.request_id, submission.actor.at
        ):
            result = SUBMISSION_HANDLERS[submission.form].run(session, bot, submission)
    if isinstance(result, UpdatedView):
        refresh_modal(client, result)
    return result if isinstance(result, NextForm) else None
