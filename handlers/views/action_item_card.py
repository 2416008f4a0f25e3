"""One action item with all its facts and buttons, for a request by number."""

from bot.action_items import change_history
from bot.action_items.ticket_jobs import may_be_requested
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.incidents import permalinks
from bot.rendering import render
from handlers.views import action_item_message, blocks
from handlers.views.forms.action_items import MAX_HISTORY_LINES
from handlers.views.reply import MessageReply
from storage import incidents, tickets
from storage.engine.store import Session
from storage.people import names


def build_confirmation(item: ActionItem, text: str) -> MessageReply:
    """Return a confirmation of a change to an item, with the buttons that apply now."""
    layout = (blocks.section(text), blocks.actions(action_item_message.item_buttons(item)))
    return MessageReply(text, layout)


def build_card(session: Session, bot: Bot, item: ActionItem) -> MessageReply:
    """Return the item as in its thread, followed by its source and its history."""
    incident, ticket = incidents.by_id(session, item.incident_id), tickets.of_item(session, item.id)
    known = names(session, [person for person in (item.owner, item.done_by) if person])
    facts = {"incident": incident, "ticket": ticket, "names": known}
    message = render.message("item", item=item, **facts)
    entries = change_history.load(session, item)
    latest = entries[-MAX_HISTORY_LINES:]
    history = render.line(
        "item_history", entries=latest, more=len(entries) - len(latest), item=item
    )
    channel = incident.channel_id or ""
    links = render.line(
        "item_links",
        incident=incident,
        evidence=permalinks.permalink(session, channel, item.evidence or ""),
        thread=permalinks.permalink(session, channel, item.thread_ts or ""),
    )
    head, *rest = action_item_message.item(
        message, item, may_ask=may_be_requested(bot, item, ticket)
    )
    layout = [head, blocks.section(links), blocks.section(history), *rest]
    return MessageReply(f"{message.text}\n{links}\n{history}", tuple(layout))
