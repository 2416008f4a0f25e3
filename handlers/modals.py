"""Forms that were sent."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.environment import Bot
from handlers import payloads, people
from handlers.clicks import SENT, subjects
from handlers.clicks.click import Next, Redrawn
from handlers.forms.forgetting import FORGET
from handlers.membership import admit, with_channels
from handlers.opening import redraw
from storage import deliveries, requesters


def on_submission(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    sent = payloads.submission(body, bot.now())
    if sent.form == FORGET:
        asker = people.with_standing(client, sent.asker)
        sent = replace(sent, asker=with_channels(bot, client, asker))
    admit(bot, client, sent.asker.person, partial(subjects.of_submission, sent=sent))
    made: object = None
    with bot.store.begin() as session:
        requesters.remember(session, sent.asker.person, sent.asker.channel_id)
        if sent.form in SENT and deliveries.is_new(session, sent.asker.request_id, sent.asker.at):
            made = SENT[sent.form](session, bot, sent)
    if isinstance(made, Redrawn):
        redraw(client, made)
    if isinstance(made, Next):
        ack(response_action="update", view=made.view)
    else:
        ack()
