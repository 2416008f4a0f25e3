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
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    ButtonForms,
    ButtonHandlers,
    Interaction,
    ShortcutForms,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incident_finders import find_by_channel, find_by_item, find_none
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items as forms
from storage import action_items as stored
from storage.engine.store import Session
from storage.people import names


def _make_handler(
    change: Callable[[Session, Bot, Actor, int], ActionItem],
) -> Callable[[Session, Bot, ButtonClick], str]:
    def handle(session: Session, bot: Bot, click: ButtonClick) -> str:
        item = change(session, bot, click.actor, parse_row_id(click.value))
        return render.line(click.action, item=item, person=click.actor.person)

    return handle


def _take(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    return items.assign(session, bot, actor, item_id, actor.person)


def _make_opener(
    build: Callable[[ActionItem], Block],
) -> Callable[[Session, Bot, ButtonClick], Block]:
    def open_form(session: Session, _bot: Bot, click: ButtonClick) -> Block:
        return build(_find_item(session, click))

    return open_form


def _find_item(session: Session, click: ButtonClick) -> ActionItem:
    item = stored.by_id(session, parse_row_id(click.value))
    if item is None:
        raise NoSuchItem
    return item


def _open_history(session: Session, _bot: Bot, click: ButtonClick) -> Block:
    """Show every change to an item and every reminder: who, what, when."""
    item = _find_item(session, click)
    return forms.history(item, change_history.load(session, item))


def _open_ticket(session: Session, bot: Bot, click: ButtonClick) -> Block:
    item = _find_item(session, click)
    project, explanation = tickets.describe_request(session, bot, item)
    return forms.ticket(item, project, explanation)


def _open_create(session: Session, bot: Bot, shortcut: Shortcut) -> Block:
    """Open the form for a message in an incident's channel, or in a thread there."""
    lifecycle.require_incident(session, bot, shortcut.actor)
    message = shortcut.message
    if message is None:
        raise NotUnderstood(missing="a message")
    text = " ".join(
        to_plain_text(message.text, names(session, find_references(message.text))).split()
    )
    return forms.create(text, f"{shortcut.actor.channel_id} {message.message_id}")


def _assign(session: Session, bot: Bot, form: Submission) -> ActionItem:
    owner = form.values.get("owner") or form.actor.person
    return items.assign(session, bot, form.actor, parse_row_id(form.about), owner)


def _set_due_date(session: Session, bot: Bot, form: Submission) -> ActionItem:
    item_id, due = parse_row_id(form.about), _parse_date(form, "due")
    return items.set_due_date(session, bot, form.actor, item_id, due)


def _set_priority(session: Session, bot: Bot, form: Submission) -> ActionItem:
    priority = _parse_priority(form)
    if priority is None:
        raise NotUnderstood(missing="a priority")
    return items.set_priority(session, bot, form.actor, parse_row_id(form.about), priority)


def _mark_wont_do(session: Session, bot: Bot, form: Submission) -> ActionItem:
    reason = strip_because(read_as_mrkdwn(form, "why"))
    return items.mark_wont_do(session, bot, form.actor, parse_row_id(form.about), reason)


def _create_or_link_ticket(session: Session, bot: Bot, form: Submission) -> ActionItem:
    """Create or link a ticket.

    The form tells who can read it, so submitting the form is consent.
    """
    address = (form.values.get("address") or "").strip()
    if address:
        return tickets.link(session, bot, form.actor, parse_row_id(form.about), address)
    return tickets.request(session, bot, form.actor, parse_row_id(form.about), knowing=True)


def _create(session: Session, bot: Bot, form: Submission) -> ActionItem:
    channel, _, message_id = form.about.partition(" ")
    return items.add(
        session,
        bot,
        replace(form.actor, channel_id=channel),
        read_as_mrkdwn(form, "what"),
        owner=form.values.get("owner") or form.actor.person,
        due=_parse_date(form, "due") if form.values.get("due") else None,
        priority=_parse_priority(form),
        evidence=message_id or None,
    )


def _parse_priority(form: Submission) -> Priority | None:
    chosen = form.values.get("priority")
    return Priority(chosen) if chosen and chosen in {*Priority} else None


def _parse_date(form: Submission, field: str) -> date:
    try:
        return date.fromisoformat(form.values.get(field) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error


BUTTON_HANDLERS: ButtonHandlers = {
    "item_done": Interaction(_make_handler(items.finish), "done", find_by_item),
    "item_reopen": Interaction(_make_handler(items.reopen), "done", find_by_item),
    "item_accept": Interaction(_make_handler(items.accept), "action", find_by_item),
    "item_drop": Interaction(_make_handler(items.drop), "drop", find_by_item),
    "item_snooze": Interaction(_make_handler(items.snooze), "action", find_by_item),
    "item_not_mine": Interaction(_make_handler(items.unassign_self), "action", find_by_item),
    "item_take": Interaction(_make_handler(_take), "action", find_by_item),
}
BUTTON_FORMS: ButtonForms = {
    "item_owner": Interaction(_make_opener(forms.owner), "action", find_by_item),
    "item_due": Interaction(_make_opener(forms.due), "action", find_by_item),
    "item_priority": Interaction(_make_opener(forms.priority), "action", find_by_item),
    "item_against": Interaction(_make_opener(forms.wont_do), "drop", find_by_item),
    "item_history": Interaction(_open_history, "actions", find_by_item),
    "item_ticket": Interaction(_open_ticket, NOT_GRANTABLE, find_by_item),
}
SHORTCUT_FORMS: ShortcutForms = {"create_item": Interaction(_open_create, "action", find_none)}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.OWNER: Interaction(_assign, "action", find_by_item),
    forms.DUE: Interaction(_set_due_date, "action", find_by_item),
    forms.PRIORITY: Interaction(_set_priority, "action", find_by_item),
    forms.CREATE: Interaction(_create, "action", find_by_channel),
    forms.TICKET: Interaction(_create_or_link_ticket, NOT_GRANTABLE, find_by_item),
    forms.WONT_DO: Interaction(_mark_wont_do, "drop", find_by_item),
}
