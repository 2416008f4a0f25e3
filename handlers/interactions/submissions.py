"""Forms that were sent."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import SENT, subjects
from handlers.interactions.click import Next, Redrawn
from handlers.interactions.opening import redraw
from handlers.slack import payloads, people
from handlers.slack.membership import admit, with_channels
from handlers.views.forms.forget import FORGET
from storage import deliveries, requesters


def on_submission(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    sent = payloads.submission(body, bot.now())
    if sent.form == FORGET:
        actor = people.with_standing(client, sent.actor)
        sent = replace(sent, actor=with_channels(bot, client, actor))
    admit(bot, client, sent.actor.person, partial(subjects.of_submission, sent=sent))
    made: object = None
    with bot.store.begin() as session:
        requesters.remember(session, sent.actor.person, sent.actor.channel_id)
        if sent.form in SENT and deliveries.is_new(session, sent.actor.request_id, sent.actor.at):
            made = SENT[sent.form](session, bot, sent)
    if isinstance(made, Redrawn):
        redraw(client, made)
    if isinstance(made, Next):
        ack(response_action="update", view=made.view)
    else:
        ack()
