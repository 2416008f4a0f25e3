"""Declaring an incident from a shortcut, anywhere or on a message."""

from bot.config.context import Bot
from bot.domain.markup import referenced
from bot.domain.timeline import SPOKEN
from bot.incidents import lifecycle, services
from bot.timeline import recording
from handlers.interactions.click import Reached, Sent, typed
from handlers.slack.payloads import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare as forms
from storage import incidents as stored
from storage.engine.store import Session
from storage.people import names

FROM_MESSAGE = "declare_from_message"


def _open(_session: Session, bot: Bot, _asked: Shortcut) -> Block:
    return forms.declare(bot)


def _open_from(session: Session, bot: Bot, asked: Shortcut) -> Block:
    there = stored.by_channel(session, asked.actor.channel_id)
    private = asked.privately or (there is not None and there.private)
    if asked.said is None or asked.said.kind not in SPOKEN:
        return forms.declare(bot, private=private)
    known = names(session, referenced(asked.said.text))
    return forms.declare_from(bot, asked.said, known, private=private)


def _declare(session: Session, _bot: Bot, sent: Submission) -> None:
    recording.meet(session, sent.actor.person, sent.actor.at)
    severity = forms.severity(sent.values.get(forms.SEVERITY))
    evidence = forms.evidence(sent.about)
    title = typed(sent, forms.TITLE)
    private = forms.is_private(sent.values.get(forms.SEEN_BY))
    made = lifecycle.declare(session, sent.actor, title, severity, evidence, private=private)
    services.begin_with(session, made, typed(sent, forms.SERVICES))


REACHED: Reached = {"declare": _open, FROM_MESSAGE: _open_from}
SENT: Sent = {forms.DECLARE: _declare}
