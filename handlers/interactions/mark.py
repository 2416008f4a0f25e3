"""Mark a message from its menu."""

from bot.config.context import Bot
from bot.domain.timeline import Mark
from bot.postmortems import marks
from bot.timeline import corrections
from handlers.interactions.handler_types import ShortcutForms, SubmissionHandlers
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import mark as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, asked: Shortcut) -> Block:
    event = marks.find_or_record(session, bot, asked.actor, asked.message)
    own = marks.list_own(session, event, asked.actor.person)
    return forms.mark(event, corrections.text_of(session, event), own)


def _save(session: Session, bot: Bot, sent: Submission) -> None:
    chosen, event_id = sent.values.get(forms.KIND), parse_row_id(sent.about)
    if chosen == forms.NO_MARK:
        marks.remove_own(session, sent.actor, event_id)
    elif chosen and chosen in {*Mark}:
        time = sent.values.get(forms.TIME) or ""
        marks.add(session, bot, sent.actor, event_id, (Mark(chosen), time))
    else:
        raise NotUnderstood(missing="a kind")


SHORTCUT_FORMS: ShortcutForms = {forms.MARK: _open}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.MARK: _save}
