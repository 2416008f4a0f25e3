"""Marking a message from its menu."""

from bot.config.context import Bot
from bot.domain.timeline import Mark
from bot.postmortems import marks
from bot.timeline import corrections
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Reached, Sent
from handlers.slack.payloads import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import mark as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, asked: Shortcut) -> Block:
    event = marks.reach(session, bot, asked.actor, asked.said)
    own = marks.own(session, event, asked.actor.person)
    return forms.mark(event, corrections.text_of(session, event), own)


def _put(session: Session, bot: Bot, sent: Submission) -> None:
    chosen, event_id = sent.values.get(forms.KIND), number(sent.about)
    if chosen == forms.NONE:
        marks.take_back(session, sent.actor, event_id)
    elif chosen and chosen in {*Mark}:
        time = sent.values.get(forms.TIME) or ""
        marks.put(session, bot, sent.actor, event_id, (Mark(chosen), time))
    else:
        raise NotUnderstood(missing="a kind")


REACHED: Reached = {forms.MARK: _open}
SENT: Sent = {forms.MARK: _put}
