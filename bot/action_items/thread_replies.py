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


def handle_reply(session: Session, bot: Bot, event: TimelineEvent, at: datetime) -> bool:
    """Apply a reply in an item's thread once, however often Slack delivers it.

    Return whether it was understood as such a reply.
    """
    if event.thread_id is None or event.kind is not EventKind.MESSAGE or event.deleted:
        return False
    item = stored.by_thread(session, event.channel_id, event.thread_id)
    if item is None:
        return False
    answer = parse(bot, event.text, working_hours.today_of(session, bot, event.author, at))
    request = f"said-{event.channel_id}-{event.message_id}"
    if answer is not None and deliveries.record_new(session, request, at):
        actor = Actor(person=event.author, channel_id=event.channel_id, request_id=request, at=at)
        _respond(_Reply(session, bot, actor, item, answer))
    return answer is not None


def apply(session: Session, bot: Bot, actor: Actor, item: ActionItem, wanted: ParsedReply) -> str:
    """Apply a reply to an item.

    Return the name of the text that confirms it; empty if nothing changed.
    """
    return _apply(_Reply(session, bot, actor, item, wanted))


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply being handled: the open transaction, its author, the item, and what they want."""

    session: Session
    bot: Bot
    actor: Actor
    item: ActionItem
    wanted: ParsedReply

    def use(self, case: Callable[..., ActionItem], *values: object) -> None:
        case(self.session, self.bot, self.actor, self.item.id, *values)


def parse(bot: Bot, text: str, today: date) -> ParsedReply | None:
    """Return what a message wants of an item; None if it's conversation."""
    answer = _parse_ticket_link(bot, text) or parse_reply(text)
    if answer is not None:
        return answer
    due = parse_due_date(text, today=today)
    return ParsedReply(due=due) if due else None


def _parse_ticket_link(bot: Bot, text: str) -> ParsedReply | None:
    """Return a reply that is only a ticket's web address; other addresses are ignored."""
    address = parse_web_address(text)
    known = bot.tracker is not None and address is not None and bot.tracker.key_of(address)
    return ParsedReply(address=address) if known else None


def _respond(said: _Reply) -> None:
    if said.wanted.intent in {Intent.YES, Intent.NO} and said.item.state is not ItemState.SUGGESTED:
        return  # nothing was asked, so it's conversation
    try:
        actor = said.actor
        outsiders.require_granted(
            said.session, said.bot, actor.person, actor.channel_id, _word(said.wanted)
        )
        about = {"told": _apply(said)}
    except BotError as refused:  # the error's text says how to fix it
        about = {"refused": str(refused)}
    if about != {"told": ""}:
        item, actor = said.item, said.actor
        about |= {"item": str(item.id), "person": actor.person, "thread": item.thread_ts or ""}
        outbox.enqueue(
            said.session, make_incident_job(item.incident_id, JobKind.ITEM_ANSWER, about), actor.at
        )


_COMMANDS: dict[Intent | None, str] = {Intent.DONE: "done", Intent.DROP: "drop", Intent.NO: "drop"}


def _word(wanted: ParsedReply) -> str:
    """Return the equivalent command; empty if the reply changes something in the issue tracker."""
    if wanted.intent is Intent.TICKET or wanted.address:
        return ""
    return _COMMANDS.get(wanted.intent, "action")


_REFUSALS = {Intent.GROUP: GroupAsOwner, Intent.SEVERAL: SeveralOwners}


def _apply(said: _Reply) -> str:
    """Apply the reply. Return the name of the text that confirms it; empty if nothing changed."""
    if said.wanted.intent in _REFUSALS:
        raise _REFUSALS[said.wanted.intent]
    if said.wanted.intent is None:
        return _apply_value(said)
    return (
        _apply_to_suggestion(said)
        if said.item.state is ItemState.SUGGESTED
        else _apply_to_open_item(said)
    )


def _apply_value(said: _Reply) -> str:
    """Set the due date, priority, owner or ticket that the reply names."""
    wanted = said.wanted
    if wanted.due is not None:
        said.use(items.set_due_date, wanted.due)
        return "item_moved"
    if wanted.priority is not None:
        said.use(items.set_priority, wanted.priority)
        return "item_ranked"
    if wanted.owner is not None:
        said.use(items.assign, wanted.owner)
        return "item_given"
    said.use(tickets.link, wanted.address)
    is_synced = tickets.is_synced(said.session, said.item.id)
    return "item_linked" if is_synced else "item_only_linked"


_SIMPLE_ACTIONS: dict[Intent | None, tuple[Callable[..., ActionItem], str]] = {
    Intent.DONE: (items.finish, "item_done"),
    Intent.LATER: (items.snooze, "item_snooze"),
}


def _apply_to_open_item(said: _Reply) -> str:
    if said.wanted.intent in _SIMPLE_ACTIONS:
        case, told = _SIMPLE_ACTIONS[said.wanted.intent]
        said.use(case)
        return told
    match said.wanted.intent:
        case Intent.MINE:
            said.use(items.assign, said.actor.person)
            return "item_given"
        case Intent.TICKET if said.bot.tracker is not None:
            said.use(tickets.request)
            return "item_ticket"
        case Intent.NOT_MINE if said.item.owner == said.actor.person:
            said.use(items.unassign)
            return "item_released"
        case Intent.DROP:
            said.use(items.mark_wont_do, said.wanted.because)
            return "item_drop"
    return ""


def _apply_to_suggestion(said: _Reply) -> str:
    match said.wanted.intent:
        case Intent.MINE:
            said.use(items.assign, said.actor.person)
            said.use(items.accept)
            return "item_given"
        case Intent.YES:
            said.use(items.accept)
            return "item_given"
        case Intent.NO | Intent.NOT_MINE:
            said.use(items.drop)
            return "item_drop"
        case Intent.DROP:
            said.use(items.mark_wont_do, said.wanted.because)
            return "item_drop"
    return ""
