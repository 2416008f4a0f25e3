"""Forget a message from its menu."""

from bot import forgetting
from bot.domain.errors import BotError
from bot.domain.markup import referenced
from bot.environment import Bot
from handlers.answers import forgetting as answers
from handlers.blocks import Block
from handlers.clicks.click import Next, Reached, Sent
from handlers.forms import forgetting as forms
from handlers.payloads import Shortcut, Submission
from storage.engine import DatabaseError, Session
from storage.people import names


def _open(session: Session, _bot: Bot, asked: Shortcut) -> Block:
    event = forgetting.reach(session, asked.asker, asked.said)
    return forms.confirm(event, names(session, referenced(event.text)))


def _forget(session: Session, _bot: Bot, sent: Submission) -> Next:
    """Show an error in place of the form, which has no field to attach it to."""
    channel, _, message = sent.about.partition(" ")
    try:
        made = forgetting.forget(session, sent.asker, (channel, message))
    except DatabaseError:
        raise
    except BotError as refused:
        return Next(forms.told(str(refused)))
    return Next(forms.told(answers.told(made)))


REACHED: Reached = {forms.FORGET: _open}
SENT: Sent = {forms.FORGET: _forget}
