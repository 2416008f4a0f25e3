"""Clicks on an action item, and the forms that they open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.action_items import change_history, items, tickets
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, Priority
from bot.domain.action_item_errors import NoSuchItem
from bot.domain.actor import Actor
from bot.domain.commands import reason
from bot.domain.markup import plain, referenced
from bot.incidents import lifecycle
from bot.rendering import render
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Opened, Pressed, Reached, Sent, typed
from handlers.slack.payloads import Press, Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items as forms
from storage import action_items as stored
from storage.engine.store import Session
from storage.people import names


def _using(
    use: Callable[[Session, Bot, Actor, int], ActionItem],
) -> Callable[[Session, Bot, Press], str]:
    def pressed(session: Session, bot: Bot, press: Press) -> str:
        item = use(session, bot, press.actor, number(press.value))
        return render.line(press.action, item=item, person=press.actor.person)

    return pressed


def _opening(form: Callable[[ActionItem], Block]) -> Callable[[Session, Bot, Press], Block]:
    def opened(session: Session, _bot: Bot, press: Press) -> Block:
        item = stored.by_id(session, number(press.value))
        if item is None:
            raise NoSuchItem
        return form(item)

    return opened


def _give(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    owner = sent.values.get("owner") or sent.actor.person
    return items.give(session, bot, sent.actor, number(sent.about), owner)


def _move(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    return items.move(session, bot, sent.actor, number(sent.about), _day(sent, "due"))


def _rank(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    priority = _priority(sent)
    if priority is None:
        raise NotUnderstood(missing="a priority")
    return items.rank(session, bot, sent.actor, number(sent.about), priority)


def _decide_against(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    why = reason(typed(sent, "why"))
    return items.decide_against(session, bot, sent.actor, number(sent.about), why)


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
        return tickets.link(session, bot, sent.actor, number(sent.about), address)
    return tickets.ask(session, bot, sent.actor, number(sent.about), knowing=True)


def _take(session: Session, bot: Bot, press: Press) -> str:
    actor = press.actor
    item = items.give(session, bot, actor, number(press.value), actor.person)
    return render.line("item_take", item=item)


def _create_form(session: Session, bot: Bot, asked: Shortcut) -> Block:
    """For a message of an incident's channel, or of a thread in it."""
    lifecycle.here(session, bot, asked.actor)
    if asked.said is None:
        raise NotUnderstood(missing="a message")
    text = " ".join(plain(asked.said.text, names(session, referenced(asked.said.text))).split())
    return forms.create(text, f"{asked.actor.channel_id} {asked.said.message_id}")


def _create(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    channel, _, message_id = sent.about.partition(" ")
    return items.add(
        session,
        bot,
        replace(sent.actor, channel_id=channel),
        typed(sent, "what"),
        owner=sent.values.get("owner") or sent.actor.person,
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
    return forms.history(item, change_history.of(session, item))


PRESSED: Pressed = {
    "item_done": _using(items.finish),
    "item_reopen": _using(items.reopen),
    "item_accept": _using(items.accept),
    "item_drop": _using(items.drop),
    "item_snooze": _using(items.snooze),
    "item_not_mine": _using(items.give_back),
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
