"""Forget a message from its menu."""

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.markup import find_references
from bot.timeline import forgetting
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    Interaction,
    NextForm,
    ShortcutForms,
    SubmissionHandlers,
)
from handlers.interactions.incident_finders import find_by_channel, find_none
from handlers.slack.requests import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import forget as forms
from storage.engine.store import DatabaseError, Session
from storage.people import names


def _open(session: Session, _bot: Bot, shortcut: Shortcut) -> Block:
    event = forgetting.find_or_record(session, shortcut.actor, shortcut.message)
    return forms.confirm(event, names(session, find_references(event.text)))


def _forget(session: Session, _bot: Bot, form: Submission) -> NextForm:
    """Show an error in place of the form, which has no field to attach it to."""
    channel, _, message = form.about.partition(" ")
    try:
        forgotten = forgetting.forget(session, form.actor, (channel, message))
    except DatabaseError:
        raise
    except BotError as refused:
        return NextForm(forms.result(str(refused)))
    return NextForm(forms.result(forms.render_report(forgotten)))


SHORTCUT_FORMS: ShortcutForms = {forms.FORGET: Interaction(_open, NOT_GRANTABLE, find_none)}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.FORGET: Interaction(_forget, NOT_GRANTABLE, find_by_channel)
}
