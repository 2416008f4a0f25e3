"""Answers in an action item's thread: "done", "friday", "not mine" do what the buttons do.

Whoever answers is told what was understood, in the thread and for them alone; what is not clearly
about the item is talk, and nobody is told anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.action_items import items, tickets
from bot.action_items.due_dates import understand
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.action_item_errors import GroupAsOwner, SeveralOwners
from bot.domain.action_item_replies import Answer, Wish, read
from bot.domain.actor import Actor
from bot.domain.errors import BotError
from bot.domain.job import JobKind, for_incident
from bot.domain.ticket import address_in
from bot.domain.timeline import Kind, TimelineEvent
from bot.people import outsiders, working_hours
from storage import action_items as stored
from storage import deliveries, outbox
from storage.engine.store import Session


def hear(session: Session, bot: Bot, event: TimelineEvent, at: datetime) -> bool:
    """Do what an answer in an item's thread asks for, once, however often it is delivered.

    Says whether it was understood as one.
    """
    if event.thread_id is None or event.kind is not Kind.MESSAGE or event.deleted:
        return False
    item = stored.by_thread(session, event.channel_id, event.thread_id)
    if item is None:
        return False
    answer = understood(bot, event.text, working_hours.today_of(session, bot, event.author, at))
    request = f"said-{event.channel_id}-{event.message_id}"
    if answer is not None and deliveries.is_new(session, request, at):
        actor = Actor(person=event.author, channel_id=event.channel_id, request_id=request, at=at)
        _answer(_Said(session, bot, actor, item, answer))
    return answer is not None


def carry_out(session: Session, bot: Bot, actor: Actor, item: ActionItem, wanted: Answer) -> str:
    """Do what an answer wants of an item; say which sentence tells of it, none when nothing is to be done."""
    return _do(_Said(session, bot, actor, item, wanted))


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer on its way: the open transaction, who answers, about what, and what they want."""

    session: Session
    bot: Bot
    actor: Actor
    item: ActionItem
    wanted: Answer

    def use(self, case: Callable[..., ActionItem], *values: object) -> None:
        case(self.session, self.bot, self.actor, self.item.id, *values)


def understood(bot: Bot, text: str, today: date) -> Answer | None:
    """What a message says about an item; None when it is talk."""
    answer = _linking(bot, text) or read(text)
    if answer is not None:
        return answer
    due = understand(text, today=today)
    return Answer(due=due) if due else None


def _linking(bot: Bot, text: str) -> Answer | None:
    """An answer that is the address of a ticket and nothing else; other addresses are talk."""
    address = address_in(text)
    known = bot.tracker is not None and address is not None and bot.tracker.key_of(address)
    return Answer(address=address) if known else None


def _answer(said: _Said) -> None:
    if said.wanted.wish in {Wish.YES, Wish.NO} and said.item.state is not ItemState.SUGGESTED:
        return  # nothing was asked: they talk to each other
    try:
        actor = said.actor
        outsiders.require(
            said.session, said.bot, actor.person, actor.channel_id, _word(said.wanted)
        )
        about = {"told": _do(said)}
    except BotError as refused:  # the sentence says how to mend it
        about = {"refused": str(refused)}
    if about != {"told": ""}:
        item, actor = said.item, said.actor
        about |= {"item": str(item.id), "person": actor.person, "thread": item.thread_ts or ""}
        outbox.put(
            said.session, for_incident(item.incident_id, JobKind.ITEM_ANSWER, about), actor.at
        )


_WORD: dict[Wish | None, str] = {Wish.DONE: "done", Wish.DROP: "drop", Wish.NO: "drop"}


def _word(wanted: Answer) -> str:
    """The command that does what an answer wants; none where it reaches into the team's tracker."""
    if wanted.wish is Wish.TICKET or wanted.address:
        return ""
    return _WORD.get(wanted.wish, "action")


_REFUSED = {Wish.GROUP: GroupAsOwner, Wish.SEVERAL: SeveralOwners}


def _do(said: _Said) -> str:
    """Do it; say which sentence tells of it, none when nothing is to be done."""
    if said.wanted.wish in _REFUSED:
        raise _REFUSED[said.wanted.wish]
    if said.wanted.wish is None:
        return _set(said)
    return _suggested(said) if said.item.state is ItemState.SUGGESTED else _accepted(said)


def _set(said: _Said) -> str:
    """Let the item have what the answer names."""
    wanted = said.wanted
    if wanted.due is not None:
        said.use(items.move, wanted.due)
        return "item_moved"
    if wanted.priority is not None:
        said.use(items.rank, wanted.priority)
        return "item_ranked"
    if wanted.owner is not None:
        said.use(items.give, wanted.owner)
        return "item_given"
    said.use(tickets.link, wanted.address)
    is_synced = tickets.is_synced(said.session, said.item.id)
    return "item_linked" if is_synced else "item_only_linked"


_PLAIN: dict[Wish | None, tuple[Callable[..., ActionItem], str]] = {
    Wish.DONE: (items.finish, "item_done"),
    Wish.LATER: (items.snooze, "item_snooze"),
}


def _accepted(said: _Said) -> str:
    if said.wanted.wish in _PLAIN:
        case, told = _PLAIN[said.wanted.wish]
        said.use(case)
        return told
    match said.wanted.wish:
        case Wish.MINE:
            said.use(items.give, said.actor.person)
            return "item_given"
        case Wish.TICKET if said.bot.tracker is not None:
            said.use(tickets.ask)
            return "item_ticket"
        case Wish.NOT_MINE if said.item.owner == said.actor.person:
            said.use(items.release)
            return "item_released"
        case Wish.DROP:
            said.use(items.decide_against, said.wanted.because)
            return "item_drop"
    return ""


def _suggested(said: _Said) -> str:
    match said.wanted.wish:
        case Wish.MINE:
            said.use(items.give, said.actor.person)
            said.use(items.accept)
            return "item_given"
        case Wish.YES:
            said.use(items.accept)
            return "item_given"
        case Wish.NO | Wish.NOT_MINE:
            said.use(items.drop)
            return "item_drop"
        case Wish.DROP:
            said.use(items.decide_against, said.wanted.because)
            return "item_drop"
    return ""
