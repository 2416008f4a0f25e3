"""Replies in an action item's thread: "done", "friday", "not mine" act like the buttons.

The author gets an ephemeral message in the thread that says what was understood. Anything that
isn't clearly about the item is treated as conversation and ignored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.action_items import items, tickets
from bot.action_items.due_dates import parse_due_date
from bot.action_items.reply_parsing import Intent, ParsedReply, parse_reply
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.action_item_errors import GroupAsOwner, SeveralOwners
from bot.domain.actor import Actor
from bot.domain.errors import BotError
from bot.domain.job import JobKind, make_incident_job
from bot.domain.ticket import parse_web_address
from bot.domain.timeline import EventKind, TimelineEvent
from bot.people import outsiders, working_hours
from storage import action_items as stored
from storage import deliveries, outbox
from storage.engine.store import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadReply:
    """A person's message in a thread, which may be an action item's."""

    actor: Actor
    thread_id: str
    text: str


def as_thread_reply(message: TimelineEvent, at: datetime) -> ThreadReply | None:
    """Return a message as a reply; None if it isn't in a thread, or not a person's."""
    if message.thread_id is None or message.kind is not EventKind.MESSAGE or message.deleted:
        return None
    actor = Actor(
        person=message.author,
        channel_id=message.channel_id,
        request_id=f"said-{message.channel_id}-{message.message_id}",
        at=at,
    )
    return ThreadReply(actor=actor, thread_id=message.thread_id, text=message.text)


def handle_reply(session: Session, bot: Bot, reply: ThreadReply) -> bool:
    """Apply a reply in an item's thread once, however often Slack delivers it.

    Return whether it was understood as such a reply; not if the thread isn't an item's.
    """
    actor = reply.actor
    item = stored.by_thread(session, actor.channel_id, reply.thread_id)
    if item is None:
        return False
    wanted = parse(bot, reply.text, working_hours.today_of(session, bot, actor.person, actor.at))
    if wanted is None:
        return False
    if deliveries.record_new(session, actor.request_id, actor.at):
        _respond(_ItemChange(session, bot, actor, item, wanted))
    return True


def apply(session: Session, bot: Bot, actor: Actor, item: ActionItem, wanted: ParsedReply) -> str:
    """Apply a reply to an item.

    Return the name of the text that confirms it; empty if nothing changed.
    """
    return _apply(_ItemChange(session, bot, actor, item, wanted))


@dataclass(frozen=True, slots=True)
class _ItemChange:
    """A change that a reply asks for: the open transaction, the actor, the item, and the parsed reply."""

    session: Session
    bot: Bot
    actor: Actor
    item: ActionItem
    wanted: ParsedReply

    def use(self, use_case: Callable[..., ActionItem], *values: object) -> None:
        use_case(self.session, self.bot, self.actor, self.item.id, *values)


def parse(bot: Bot, text: str, today: date) -> ParsedReply | None:
    """Return what a message wants of an item; None if it's conversation."""
    reply = _parse_ticket_link(bot, text) or parse_reply(text)
    if reply is not None:
        return reply
    due = parse_due_date(text, today=today)
    return ParsedReply(due=due) if due else None


def _parse_ticket_link(bot: Bot, text: str) -> ParsedReply | None:
    """Return a reply that is only a ticket's web address; other addresses are ignored."""
    address = parse_web_address(text)
    is_ticket = bot.tracker is not None and address is not None and bot.tracker.key_of(address)
    return ParsedReply(address=address) if is_ticket else None


def _respond(change: _ItemChange) -> None:
    if (
        change.wanted.intent in {Intent.YES, Intent.NO}
        and change.item.state is not ItemState.SUGGESTED
    ):
        return  # nothing was asked, so it's conversation
    try:
        actor = change.actor
        outsiders.require_granted(
            change.session, change.bot, actor.person, actor.channel_id, _word(change.wanted)
        )
        facts = {"told": _apply(change)}
    except BotError as error:  # the error's text says how to fix it
        facts = {"refused": str(error)}
    if facts != {"told": ""}:
        item, actor = change.item, change.actor
        facts |= {"item": str(item.id), "person": actor.person, "thread": item.thread_ts or ""}
        outbox.enqueue(
            change.session,
            make_incident_job(item.incident_id, JobKind.ITEM_ANSWER, facts),
            actor.at,
        )


_COMMANDS: dict[Intent | None, str] = {Intent.DONE: "done", Intent.DROP: "drop", Intent.NO: "drop"}


def _word(wanted: ParsedReply) -> str:
    """Return the equivalent command; empty if the reply changes something in the issue tracker."""
    if wanted.intent is Intent.TICKET or wanted.address:
        return ""
    return _COMMANDS.get(wanted.intent, "action")


_REFUSALS = {Intent.GROUP: GroupAsOwner, Intent.SEVERAL: SeveralOwners}


def _apply(change: _ItemChange) -> str:
    """Apply the reply. Return the name of the text that confirms it; empty if nothing changed."""
    if change.wanted.intent in _REFUSALS:
        raise _REFUSALS[change.wanted.intent]
    if change.wanted.intent is None:
        return _apply_value(change)
    return (
        _apply_to_suggestion(change)
        if change.item.state is ItemState.SUGGESTED
        else _apply_to_open_item(change)
    )


def _apply_value(change: _ItemChange) -> str:
    """Set the due date, priority, owner or ticket that the reply names."""
    wanted = change.wanted
    if wanted.due is not None:
        change.use(items.set_due_date, wanted.due)
        return "item_moved"
    if wanted.priority is not None:
        change.use(items.set_priority, wanted.priority)
        return "item_ranked"
    if wanted.owner is not None:
        change.use(items.assign, wanted.owner)
        return "item_given"
    change.use(tickets.link, wanted.address)
    is_synced = tickets.is_synced(change.session, change.item.id)
    return "item_linked" if is_synced else "item_only_linked"


_SIMPLE_ACTIONS: dict[Intent | None, tuple[Callable[..., ActionItem], str]] = {
    Intent.DONE: (items.finish, "item_done"),
    Intent.LATER: (items.snooze, "item_snooze"),
}


def _apply_to_open_item(change: _ItemChange) -> str:
    if change.wanted.intent in _SIMPLE_ACTIONS:
        use_case, confirmation = _SIMPLE_ACTIONS[change.wanted.intent]
        change.use(use_case)
        return confirmation
    match change.wanted.intent:
        case Intent.MINE:
            change.use(items.assign, change.actor.person)
            return "item_given"
        case Intent.TICKET if change.bot.tracker is not None:
            change.use(tickets.request)
            return "item_ticket"
        case Intent.NOT_MINE if change.item.owner == change.actor.person:
            change.use(items.unassign)
            return "item_released"
        case Intent.DROP:
            change.use(items.mark_wont_do, change.wanted.because)
            return "item_drop"
    return ""


def _apply_to_suggestion(change: _ItemChange) -> str:
    match change.wanted.intent:
        case Intent.MINE:
            change.use(items.assign, change.actor.person)
            change.use(items.accept)
            return "item_given"
        case Intent.YES:
            change.use(items.accept)
            return "item_given"
        case Intent.NO | Intent.NOT_MINE:
            change.use(items.drop)
            return "item_drop"
        case Intent.DROP:
            change.use(items.mark_wont_do, change.wanted.because)
            return "item_drop"
    return ""
