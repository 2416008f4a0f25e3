"""Marks: an emoji on a message says what the message is."""

from typing import Any

from bot import marks
from bot.domain.timeline import Marked, stamp_of
from bot.environment import Bot
from handlers import payloads
from storage import deliveries


def on_reaction_added(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, removed=False)


def on_reaction_removed(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, removed=True)


def _follow(bot: Bot, body: dict[str, Any], event: dict[str, Any], *, removed: bool) -> None:
    reaction = payloads.reaction(event, payloads.delivery(body), bot.now())
    mark = bot.policy.marks.get(reaction.emoji) if reaction else None
    if reaction is None or mark is None:
        return
    asker = reaction.asker
    marked = Marked(
        message_id=reaction.message_id,
        person=asker.person,
        mark=mark,
        version=reaction.version or stamp_of(asker.at),
        at=asker.at,
        removed=removed,
    )
    with bot.store.begin() as session:
        if deliveries.is_new(session, asker.request_id, asker.at):
            marks.follow(session, asker.channel_id, marked)
