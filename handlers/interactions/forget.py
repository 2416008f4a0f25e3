"""Forget a message from its menu."""

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.markup import find_references
from bot.timeline import forgetting
from handlers.interactions.click import NextForm, ShortcutForms, SubmissionHandlers
from handlers.slack.payloads import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import forget as forms
from storage.engine.store import DatabaseError, Session
from storage.people import names


def _open(session: Session, _bot: Bot, asked: Shortcut) -> Block:
    event = forgetting.find_or_record(session, asked.actor, asked.said)
    return forms.confirm(event, names(session, find_references(event.text)))


def _forget(session: Session, _bot: Bot, sent: Submission) -> NextForm:
    """Show an error in place of the form, which has no field to attach it to."""
    channel, _, message = sent.about.partition(" ")
    try:
        made = forgetting.forget(session, sent.actor, (channel, message))
    except DatabaseError:
        raise
    except BotError as refused:
        return NextForm(forms.result(str(refused)))
    return NextForm(forms.result(forms.render_report(made)))


SHORTCUT_FORMS: ShortcutForms = {forms.FORGET: _open}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.FORGET: _forget}
