"""The Home tab opened: publish it with what the person has to do."""

from typing import Any

from slack_bolt import Ack

from bot.config.context import Bot
from bot.people import home_tab, welcome
from bot.timeline import recording
from handlers import fields
from handlers.slack import payloads
from storage import deliveries


def on_home_opened(bot: Bot, ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
    at = bot.now()
    if fields.text(event, "tab") in {"", "home"}:
        person = fields.required(event, "user")
        with bot.store.begin() as session:
            if deliveries.record_new(session, payloads.parse_delivery_id(body), at):
                recording.enqueue_person_lookup(session, person, at)
                welcome.welcome_first_user(session, person, at)
                home_tab.open_tab(session, person, at)
    ack()
