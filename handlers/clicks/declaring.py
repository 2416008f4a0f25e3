"""Declaring an incident from a shortcut."""

from bot import incidents, timeline
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Reached, Sent
from handlers.forms import declaring as forms
from handlers.payloads import Shortcut, Submission
from storage.engine import Session


def _open(_session: Session, bot: Bot, _asked: Shortcut) -> Block:
    return forms.declare(bot)


def _declare(session: Session, _bot: Bot, sent: Submission) -> None:
    timeline.meet(session, sent.asker.person, sent.asker.at)
    severity = forms.severity(sent.values.get(forms.SEVERITY))
    incidents.declare(session, sent.asker, sent.values.get(forms.TITLE) or "", severity)


REACHED: Reached = {"declare": _open}
SENT: Sent = {forms.DECLARE: _declare}
