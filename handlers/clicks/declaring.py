"""Declaring an incident from a shortcut, anywhere or on a message."""

from bot import incidents, services, timeline
from bot.domain.markup import referenced
from bot.domain.timeline import SPOKEN
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Reached, Sent, typed
from handlers.forms import declaring as forms
from handlers.payloads import Shortcut, Submission
from storage import incidents as stored
from storage.engine import Session
from storage.people import names

FROM_MESSAGE = "declare_from_message"


def _open(_session: Session, bot: Bot, _asked: Shortcut) -> Block:
    return forms.declare(bot)


def _open_from(session: Session, bot: Bot, asked: Shortcut) -> Block:
    there = stored.by_channel(session, asked.asker.channel_id)
    private = asked.privately or (there is not None and there.private)
    if asked.said is None or asked.said.kind not in SPOKEN:
        return forms.declare(bot, private=private)
    known = names(session, referenced(asked.said.text))
    return forms.declare_from(bot, asked.said, known, private=private)


def _declare(session: Session, _bot: Bot, sent: Submission) -> None:
    timeline.meet(session, sent.asker.person, sent.asker.at)
    severity = forms.severity(sent.values.get(forms.SEVERITY))
    evidence = forms.evidence(sent.about)
    title = typed(sent, forms.TITLE)
    private = forms.is_private(sent.values.get(forms.SEEN_BY))
    made = incidents.declare(session, sent.asker, title, severity, evidence, private=private)
    services.begin_with(session, made, typed(sent, forms.SERVICES))


REACHED: Reached = {"declare": _open, FROM_MESSAGE: _open_from}
SENT: Sent = {forms.DECLARE: _declare}
