"""Replies about action items in a DM with the bot: "done", "friday 12", "not mine" act like the buttons.

Without an item's number, a reply is about the last reminder.
"""

from dataclasses import dataclass
from datetime import date

from bot.action_items import lookup, thread_replies
from bot.action_items.reply_parsing import Intent, ParsedReply, split_item_numbers
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NoOpenReminder, NotTheOwner
from bot.domain.actor import Actor
from bot.domain.errors import AlreadyHandled
from bot.domain.job import JobKind, person_lane
from bot.domain.markup import mention
from bot.domain.timeline import TimelineEvent, from_slack_ts
from bot.people import working_hours
from bot.people.permissions import may_see
from bot.reminders.delivery import pending_items
from bot.timeline.retention import is_remembered
from storage import action_items, deliveries, incidents, outbox
from storage.engine.store import Session

_SUGGESTION_INTENTS = {Intent.YES, Intent.NO}  # nobody is reminded of suggestions


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyResult:
    """The result of a reply.

    Either the one item it was about and the text that describes what was done, or several candidate
    items and no text.
    """

    items: tuple[ActionItem, ...]
    confirmation: str = ""


def handle_reply(
    session: Session, bot: Bot, actor: Actor, message: TimelineEvent
) -> ReplyResult | None:
    """Apply a direct message to the item whose number it names, or that the person was last reminded of.

    A reply in the thread of a reminder is about that reminder. Return None if the message isn't
    such a reply. Raises AlreadyHandled if it was handled before, NoSuchNumber for a number of none
    that they may see, NoOpenReminder if none of the reminder's items is open.
    """
    today = working_hours.today_of(session, bot, actor.person, actor.at)
    number, reply = _parse(bot, message.text, today)
    if reply is None:
        return None
    if not deliveries.record_new(
        session, f"said-{message.channel_id}-{message.message_id}", actor.at
    ):
        raise AlreadyHandled
    items = (
        _find_reminded_items(session, bot, actor, message.thread_id)
        if number is None
        else (lookup.find_by_number(session, bot, actor, number),)
    )
    if len(items) > 1:
        return ReplyResult(items=items)
    if not items:
        if reply.intent is None:
            return None  # a date or a name, so it may be conversation
        raise NoOpenReminder(command=bot.policy.command)
    return _apply(session, bot, actor, items[0], reply)


def _parse(bot: Bot, text: str, today: date) -> tuple[int | None, ParsedReply | None]:
    """Return the item's number if the message names one, and what it wants; None for conversation.

    "13 march" is a date, and not item 13: the text as a whole comes first.
    """
    reply = thread_replies.parse(bot, text, today)
    if reply is not None:
        return None, None if reply.intent in _SUGGESTION_INTENTS else reply
    for number, rest in split_item_numbers(text):
        if reply := thread_replies.parse(bot, rest, today):
            return number, reply
    return None, None


def _apply(
    session: Session, bot: Bot, actor: Actor, item: ActionItem, reply: ParsedReply
) -> ReplyResult | None:
    """Apply a reply to an item; None if it changes nothing. Raises NotTheOwner for "not mine"."""
    if reply.intent is Intent.NOT_MINE and item.owner != actor.person:
        raise NotTheOwner(owner=mention(item.owner) if item.owner else "nobody yet")
    confirmation = thread_replies.apply(session, bot, actor, item, reply)
    item = action_items.by_id(session, item.id) or item
    return ReplyResult(items=(item,), confirmation=confirmation) if confirmation else None


def _find_reminded_items(
    session: Session, bot: Bot, actor: Actor, thread: str | None
) -> tuple[ActionItem, ...]:
    """Return the open items of the reminder whose thread this is, or of the last reminder.

    Items of private incidents that the actor may no longer see are left out. If the thread is older
    than the records that are kept, it may belong to another reminder, so nothing is returned.
    """
    lane = person_lane(actor.person)
    job = outbox.find_last_posted(session, lane, JobKind.REMINDER, thread) if thread else None
    if job is None and (thread is None or is_remembered(bot, from_slack_ts(thread), actor.at)):
        job = outbox.find_last_posted(session, lane, JobKind.REMINDER)
    reminded = {item.id: item for _, item in pending_items(session, job)} if job else {}
    visible = (
        item
        for item in reminded.values()
        if may_see(session, actor, incidents.by_id(session, item.incident_id))
    )
    return tuple(visible)
