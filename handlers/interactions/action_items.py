"""Buttons of an action item, and the forms they open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.action_items import change_history, items, tickets
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, Priority
from bot.domain.action_item_errors import NoSuchItem
from bot.domain.actor import Actor
from bot.domain.commands import strip_because
from bot.domain.markup import find_references, to_plain_text
from bot.incidents import lifecycle
from bot.rendering import render
from handlers.fields import NotUnderstood, parse_row_id
from handlers.interactions.click import (
    ButtonForms,
    ButtonHandlers,
    ShortcutForms,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.slack.payloads import Press, Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items as forms
from storage import action_items as stored
from storage.engine.store import Session
from storage.people import names


def _make_handler(
    use: Callable[[Session, Bot, Actor, int], ActionItem],
) -> Callable[[Session, Bot, Press], str]:
    def pressed(session: Session, bot: Bot, press: Press) -> str:
        item = use(session, bot, press.actor, parse_row_id(press.value))
        return render.line(press.action, item=item, person=press.actor.person)

    return pressed


def _make_opener(form: Callable[[ActionItem], Block]) -> Callable[[Session, Bot, Press], Block]:
    def opened(session: Session, _bot: Bot, press: Press) -> Block:
        item = stored.by_id(session, parse_row_id(press.value))
        if item is None:
            raise NoSuchItem
        return form(item)

    return opened


def _assign(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    owner = sent.values.get("owner") or sent.actor.person
    return items.assign(session, bot, sent.actor, parse_row_id(sent.about), owner)


def _set_due_date(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    return items.set_due_date(
        session, bot, sent.actor, parse_row_id(sent.about), _parse_date(sent, "due")
    )


def _set_priority(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    priority = _priority(sent)
    if priority is None:
        raise NotUnderstood(missing="a priority")
    return items.set_priority(session, bot, sent.actor, parse_row_id(sent.about), priority)


def _decide_against(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    why = strip_because(read_as_mrkdwn(sent, "why"))
    return items.mark_wont_do(session, bot, sent.actor, parse_row_id(sent.about), why)


def _ticket_form(session: Session, bot: Bot, press: Press) -> Block:
    item = stored.by_id(session, parse_row_id(press.value))
    if item is None:
        raise NoSuchItem
    where, told = tickets.describe_request(session, bot, item)
    return forms.ticket(item, where, told)


def _ticket(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    """Create or link a ticket.

    The form tells who can read it, so submitting the form is consent.
    """
    address = (sent.values.get("address") or "").strip()
    if address:
        return tickets.link(session, bot, sent.actor, parse_row_id(sent.about), address)
    return tickets.request(session, bot, sent.actor, parse_row_id(sent.about), knowing=True)


def _assign_to_self(session: Session, bot: Bot, press: Press) -> str:
    actor = press.actor
    item = items.assign(session, bot, actor, parse_row_id(press.value), actor.person)
    return render.line("item_take", item=item)


def _create_form(session: Session, bot: Bot, asked: Shortcut) -> Block:
    """Open the form for a message in an incident's channel, or in a thread there."""
    lifecycle.require_incident(session, bot, asked.actor)
    if asked.said is None:
        raise NotUnderstood(missing="a message")
    text = " ".join(
        to_plain_text(asked.said.text, names(session, find_references(asked.said.text))).split()
    )
    return forms.create(text, f"{asked.actor.channel_id} {asked.said.message_id}")


def _create(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    channel, _, message_id = sent.about.partition(" ")
    return items.add(
        session,
        bot,
        replace(sent.actor, channel_id=channel),
        read_as_mrkdwn(sent, "what"),
        owner=sent.values.get("owner") or sent.actor.person,
        due=_parse_date(sent, "due") if sent.values.get("due") else None,
        priority=_priority(sent),
        evidence=message_id or None,
    )


def _priority(sent: Submission) -> Priority | None:
    chosen = sent.values.get("priority")
    return Priority(chosen) if chosen and chosen in {*Priority} else None


def _parse_date(sent: Submission, block: str) -> date:
    try:
        return date.fromisoformat(sent.values.get(block) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error


def _history(session: Session, _bot: Bot, press: Press) -> Block:
    """Show every change to an item and every reminder: who, what, when."""
    item = stored.by_id(session, parse_row_id(press.value))
    if item is None:
        raise NoSuchItem
    return forms.history(item, change_history.load(session, item))


BUTTON_HANDLERS: ButtonHandlers = {
    "item_done": _make_handler(items.finish),
    "item_reopen": _make_handler(items.reopen),
    "item_accept": _make_handler(items.accept),
    "item_drop": _make_handler(items.drop),
    "item_snooze": _make_handler(items.snooze),
    "item_not_mine": _make_handler(items.unassign_self),
    "item_take": _assign_to_self,
}
BUTTON_FORMS: ButtonForms = {
    "item_owner": _make_opener(forms.owner),
    "item_due": _make_opener(forms.due),
    "item_priority": _make_opener(forms.priority),
    "item_against": _make_opener(forms.wont_do),
    "item_history": _history,
    "item_ticket": _ticket_form,
}
SHORTCUT_FORMS: ShortcutForms = {"create_item": _create_form}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.OWNER: _assign,
    forms.DUE: _set_due_date,
    forms.PRIORITY: _set_priority,
    forms.CREATE: _create,
    forms.TICKET: _ticket,
    forms.WONT_DO: _decide_against,
}
