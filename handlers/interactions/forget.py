"""Forget a message from its menu."""

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.markup import referenced
from bot.timeline import forgetting
from handlers.interactions.click import Next, Reached, Sent
from handlers.slack.payloads import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import forget as forms
from storage.engine.store import DatabaseError, Session
from storage.people import names


def _open(session: Session, _bot: Bot, asked: Shortcut) -> Block:
    event = forgetting.reach(session, asked.actor, asked.said)
    return forms.confirm(event, names(session, referenced(event.text)))


def _forget(session: Session, _bot: Bot, sent: Submission) -> Next:
    """Show an error in place of the form, which has no field to attach it to."""
    channel, _, message = sent.about.partition(" ")
    try:
        made = forgetting.forget(session, sent.actor, (channel, message))
    except DatabaseError:
        raise
    except BotError as refused:
        return Next(forms.told(str(refused)))
    return Next(forms.told(forms.report(made)))


REACHED: Reached = {forms.FORGET: _open}
SENT: Sent = {forms.FORGET: _forget}
