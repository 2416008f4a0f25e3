"""Replies to reminders in direct messages."""

from bot.action_items import dm_replies
from bot.action_items.dm_replies import ReplyResult
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.timeline import TimelineEvent
from bot.rendering import render
from handlers.outbox import direct_messages
from handlers.views import action_item_card, blocks, layouts
from handlers.views.layouts import MAX_REMINDED
from handlers.views.reply import MessageReply
from storage.engine.store import Session


def handle(session: Session, bot: Bot, actor: Actor, message: TimelineEvent) -> MessageReply | None:
    """Carry out a reply and confirm it; if several items may be meant, show each with its buttons.

    None if the message isn't a reply to a reminder.
    """
    result = dm_replies.handle_reply(session, bot, actor, message)
    if result is None:
        return None
    return (
        _confirm(result, actor)
        if result.confirmation
        else _ask_which(session, bot, actor, result.items)
    )


def _confirm(result: ReplyResult, actor: Actor) -> MessageReply:
    # The text for `item_released` mentions "the thread", and a direct message isn't in one.
    line = "item_not_mine" if result.confirmation == "item_released" else result.confirmation
    (item,) = result.items
    return action_item_card.build_confirmation(
        item, render.line(line, item=item, person=actor.person)
    )


def _ask_which(
    session: Session, bot: Bot, actor: Actor, items: tuple[ActionItem, ...]
) -> MessageReply:
    entries = [
        direct_messages.build_entry(session, bot, actor.person, item, actor.at)
        for item in items[:MAX_REMINDED]
    ]
    head = render.line("which_item", count=len(items), number=items[0].id)
    layout = (blocks.section(head), *layouts.entry_blocks(entries))
    return MessageReply("\n".join([head, *(entry.line for entry in entries)]), layout)
