"""App Home opened: show the person's tasks there."""

from typing import Any

from slack_bolt import Ack

from bot.config.context import Bot
from bot.reminders import home_tab_content
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
                home_tab_content.greet(session, person, at)
                home_tab_content.open_tab(session, person, at)
    ack()
