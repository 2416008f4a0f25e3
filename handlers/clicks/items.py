"""Clicks on an action item, and the forms that they open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot import action_items, incidents, item_history, render, tickets
from bot.domain.action_item import ActionItem, Priority
from bot.domain.asker import Asker
from bot.domain.commands import reason
from bot.domain.item_errors import NoSuchItem
from bot.domain.markup import plain, referenced
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Reached, Sent, typed
from handlers.fields import NotUnderstood, number
from handlers.forms import items as forms
from handlers.payloads import Press, Shortcut, Submission
from storage import action_items as stored
from storage.engine import Session
from storage.people import names


def _using(
    use: Callable[[Session, Bot, Asker, int], ActionItem],
) -> Callable[[Session, Bot, Press], str]:
    def pressed(session: Session, bot: Bot, press: Press) -> str:
        item = use(session, bot, press.asker, number(press.value))
        return render.line(press.action, item=item, person=press.asker.person)

    return pressed


def _opening(form: Callable[[ActionItem], Block]) -> Callable[[Session, Bot, Press], Block]:
    def opened(session: Session, _bot: Bot, press: Press) -> Block:
        item = stored.by_id(session, number(press.value))
        if item is None:
            raise NoSuchItem
        return form(item)

    return opened


def _give(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    owner = sent.values.get("owner") or sent.asker.person
    return action_items.give(session, bot, sent.asker, number(sent.about), owner)


def _move(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    return action_items.move(session, bot, sent.asker, number(sent.about), _day(sent, "due"))


def _rank(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    priority = _priority(sent)
    if priority is None:
        raise NotUnderstood(missing="a priority")
    return action_items.rank(session, bot, sent.asker, number(sent.about), priority)


def _decide_against(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    why = reason(typed(sent, "why"))
    return action_items.decide_against(session, bot, sent.asker, number(sent.about), why)


def _ticket_form(session: Session, bot: Bot, press: Press) -> Block:
    item = stored.by_id(session, number(press.value))
    if item is None:
        raise NoSuchItem
    where, told = tickets.offer(session, bot, item)
    return forms.ticket(item, where, told)


def _ticket(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    """The form says who may read it, so who sends it knows."""
    address = (sent.values.get("address") or "").strip()
    if address:
        return tickets.link(session, bot, sent.asker, number(sent.about), address)
    return tickets.ask(session, bot, sent.asker, number(sent.about), knowing=True)


def _take(session: Session, bot: Bot, press: Press) -> str:
    asker = press.asker
    item = action_items.give(session, bot, asker, number(press.value), asker.person)
    return render.line("item_take", item=item)


def _create_form(session: Session, bot: Bot, asked: Shortcut) -> Block:
    """For a message of an incident's channel, or of a thread in it."""
    incidents.here(session, bot, asked.asker)
    if asked.said is None:
        raise NotUnderstood(missing="a message")
    text = " ".join(plain(asked.said.text, names(session, referenced(asked.said.text))).split())
    return forms.create(text, f"{asked.asker.channel_id} {asked.said.message_id}")


def _create(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    channel, _, message_id = sent.about.partition(" ")
    return action_items.add(
        session,
        bot,
        replace(sent.asker, channel_id=channel),
        typed(sent, "what"),
        owner=sent.values.get("owner") or sent.asker.person,
        due=_day(sent, "due") if sent.values.get("due") else None,
        priority=_priority(sent),
        evidence=message_id or None,
    )


def _priority(sent: Submission) -> Priority | None:
    chosen = sent.values.get("priority")
    return Priority(chosen) if chosen and chosen in {*Priority} else None


def _day(sent: Submission, block: str) -> date:
    try:
        return date.fromisoformat(sent.values.get(block) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error


def _history(session: Session, _bot: Bot, press: Press) -> Block:
    """Everything that was changed about an item, and every nudge: who, what, when."""
    item = stored.by_id(session, number(press.value))
    if item is None:
        raise NoSuchItem
    return forms.history(item, item_history.of(session, item))


PRESSED: Pressed = {
    "item_done": _using(action_items.finish),
    "item_reopen": _using(action_items.reopen),
    "item_accept": _using(action_items.accept),
    "item_drop": _using(action_items.drop),
    "item_snooze": _using(action_items.snooze),
    "item_not_mine": _using(action_items.give_back),
    "item_take": _take,
}
OPENED: Opened = {
    "item_owner": _opening(forms.owner),
    "item_due": _opening(forms.due),
    "item_priority": _opening(forms.priority),
    "item_against": _opening(forms.against),
    "item_history": _history,
    "item_ticket": _ticket_form,
}
REACHED: Reached = {"create_item": _create_form}
SENT: Sent = {
    forms.OWNER: _give,
    forms.DUE: _move,
    forms.PRIORITY: _rank,
    forms.CREATE: _create,
    forms.TICKET: _ticket,
    forms.AGAINST: _decide_against,
}
