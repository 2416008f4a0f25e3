"""One action item with all its facts and its buttons, for who asks for it by its number."""

from bot.action_items import change_history
from bot.action_items.ticket_jobs import may_be_asked
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.incidents import permalinks
from bot.rendering import render
from handlers.views import action_item_message, blocks
from handlers.views.answer import Shown
from handlers.views.forms.action_items import MOST_HISTORY
from storage import incidents, tickets
from storage.engine.store import Session


def told(item: ActionItem, text: str) -> Shown:
    """What was done to an item, and what one can do about it now."""
    layout = (blocks.section(text), blocks.actions(action_item_message.item_buttons(item)))
    return Shown(text, layout)


def shown(session: Session, bot: Bot, item: ActionItem) -> Shown:
    """The item as in its thread, then where it comes from and what became of it."""
    incident, ticket = incidents.by_id(session, item.incident_id), tickets.of_item(session, item.id)
    message = render.message("item", item=item, incident=incident, ticket=ticket)
    entries = change_history.of(session, item)
    last = entries[-MOST_HISTORY:]
    history = render.line("item_history", entries=last, more=len(entries) - len(last), item=item)
    channel = incident.channel_id or ""
    where = render.line(
        "item_links",
        incident=incident,
        evidence=permalinks.permalink(session, channel, item.evidence or ""),
        thread=permalinks.permalink(session, channel, item.thread_ts or ""),
    )
    head, *rest = action_item_message.item(message, item, may_ask=may_be_asked(bot, item, ticket))
    layout = [head, blocks.section(where), blocks.section(history), *rest]
    return Shown(f"{message.text}\n{where}\n{history}", tuple(layout))
