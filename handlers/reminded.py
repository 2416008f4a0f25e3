"""What is answered to who answers a reminder in a direct message."""

from bot import reminded, render
from bot.domain.action_item import ActionItem
from bot.domain.asker import Asker
from bot.domain.timeline import TimelineEvent
from bot.environment import Bot
from bot.reminded import Heard
from handlers import blocks, item_card, layouts, personal
from handlers.layouts import MOST_REMINDED
from handlers.shown import Shown
from storage.engine import Session


def answer(session: Session, bot: Bot, asker: Asker, said: TimelineEvent) -> Shown | None:
    """Do it and say so; where several items may be meant, show each with its buttons.

    None when the message is no answer to a reminder.
    """
    heard = reminded.hear(session, bot, asker, said)
    if heard is None:
        return None
    return _done(heard, asker) if heard.told else _which(session, bot, asker, heard.items)


def _done(heard: Heard, asker: Asker) -> Shown:
    # A thread that "the thread" could mean is not where one stands.
    told = "item_not_mine" if heard.told == "item_released" else heard.told
    (item,) = heard.items
    return item_card.told(item, render.line(told, item=item, person=asker.person))


def _which(session: Session, bot: Bot, asker: Asker, items: tuple[ActionItem, ...]) -> Shown:
    entries = [
        personal.entry(session, bot, asker.person, item, asker.at) for item in items[:MOST_REMINDED]
    ]
    head = render.line("which_item", count=len(items), number=items[0].id)
    layout = (blocks.section(head), *layouts.listed(entries))
    return Shown("\n".join([head, *(each.line for each in entries)]), layout)
