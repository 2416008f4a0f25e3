"""What is answered to who answers a reminder in a direct message."""

from bot.action_items import dm_replies
from bot.action_items.dm_replies import Heard
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.timeline import TimelineEvent
from bot.rendering import render
from handlers.outbox import direct_messages
from handlers.views import action_item_card, blocks, layouts
from handlers.views.answer import Shown
from handlers.views.layouts import MOST_REMINDED
from storage.engine.store import Session


def answer(session: Session, bot: Bot, actor: Actor, said: TimelineEvent) -> Shown | None:
    """Do it and say so; where several items may be meant, show each with its buttons.

    None when the message is no answer to a reminder.
    """
    heard = dm_replies.hear(session, bot, actor, said)
    if heard is None:
        return None
    return _done(heard, actor) if heard.told else _which(session, bot, actor, heard.items)


def _done(heard: Heard, actor: Actor) -> Shown:
    # A thread that "the thread" could mean is not where one stands.
    told = "item_not_mine" if heard.told == "item_released" else heard.told
    (item,) = heard.items
    return action_item_card.told(item, render.line(told, item=item, person=actor.person))


def _which(session: Session, bot: Bot, actor: Actor, items: tuple[ActionItem, ...]) -> Shown:
    entries = [
        direct_messages.entry(session, bot, actor.person, item, actor.at)
        for item in items[:MOST_REMINDED]
    ]
    head = render.line("which_item", count=len(items), number=items[0].id)
    layout = (blocks.section(head), *layouts.listed(entries))
    return Shown("\n".join([head, *(each.line for each in entries)]), layout)
