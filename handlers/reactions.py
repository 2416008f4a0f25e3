"""Marks: an emoji on a message says what the message is."""

from collections.abc import Callable
from typing import Any

from bot import timeline
from bot.domain.asker import Asker
from bot.domain.timeline import Mark
from bot.environment import Bot
from handlers import payloads
from storage import deliveries
from storage.engine import Session

Marking = Callable[[Session, Asker, str, Mark], bool]


def on_reaction_added(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, timeline.mark)


def on_reaction_removed(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, timeline.unmark)


def _follow(bot: Bot, body: dict[str, Any], event: dict[str, Any], marking: Marking) -> None:
    reaction = payloads.reaction(event, payloads.delivery(body), bot.now())
    mark = bot.policy.marks.get(reaction.emoji) if reaction else None
    if reaction is None or mark is None:
        return
    with bot.store.begin() as session:
        if deliveries.is_new(session, reaction.asker.request_id, reaction.asker.at):
            marking(session, reaction.asker, reaction.message_id, mark)
