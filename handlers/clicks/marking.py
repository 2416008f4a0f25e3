"""Marking a message from its menu."""

from bot import corrections, marks
from bot.domain.timeline import Mark
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Reached, Sent
from handlers.fields import NotUnderstood, number
from handlers.forms import marking as forms
from handlers.payloads import Shortcut, Submission
from storage.engine import Session


def _open(session: Session, bot: Bot, asked: Shortcut) -> Block:
    event = marks.reach(session, bot, asked.asker, asked.said)
    own = marks.own(session, event, asked.asker.person)
    return forms.mark(event, corrections.text_of(session, event), own)


def _put(session: Session, bot: Bot, sent: Submission) -> None:
    chosen, event_id = sent.values.get(forms.KIND), number(sent.about)
    if chosen == forms.NONE:
        marks.take_back(session, sent.asker, event_id)
    elif chosen and chosen in {*Mark}:
        time = sent.values.get(forms.TIME) or ""
        marks.put(session, bot, sent.asker, event_id, (Mark(chosen), time))
    else:
        raise NotUnderstood(missing="a kind")


REACHED: Reached = {forms.MARK: _open}
SENT: Sent = {forms.MARK: _put}
