"""The Home tab is opened: what is the person's to do is shown there."""

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
        person = fields.needed(event, "user")
        with bot.store.begin() as session:
            if deliveries.is_new(session, payloads.delivery(body), at):
                recording.meet(session, person, at)
                home_tab_content.greet(session, person, at)
                home_tab_content.open_tab(session, person, at)
    ack()
