"""The Home tab is opened: what is the person's to do is shown there."""

from typing import Any

from slack_bolt import Ack

from bot import homes, timeline
from bot.environment import Bot
from handlers import fields, payloads
from storage import deliveries


def on_home_opened(bot: Bot, ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
    at = bot.now()
    if fields.text(event, "tab") in {"", "home"}:
        person = fields.needed(event, "user")
        with bot.store.begin() as session:
            if deliveries.is_new(session, payloads.delivery(body), at):
                timeline.meet(session, person, at)
                homes.greet(session, person, at)
                homes.open_tab(session, person, at)
    ack()
