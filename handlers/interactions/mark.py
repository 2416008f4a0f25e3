"""Mark a message from its menu."""

from bot.config.context import Bot
from bot.domain.timeline import Mark
from bot.postmortems import message_marks
from bot.timeline import corrections
from handlers.interactions.handler_types import Interaction, ShortcutForms, SubmissionHandlers
from handlers.interactions.incident_finders import find_by_entry, find_none
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import mark as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, shortcut: Shortcut) -> Block:
    event = message_marks.find_or_record(session, bot, shortcut.actor, shortcut.message)
    own = message_marks.list_own(session, event, shortcut.actor.person)
    return forms.mark(event, corrections.text_of(session, event), own)


def _save(session: Session, bot: Bot, form: Submission) -> None:
    chosen, event_id = form.values.get(forms.KIND), parse_row_id(form.about)
    if chosen == forms.NO_MARK:
        message_marks.remove_own(session, form.actor, event_id)
    elif chosen and chosen in {*Mark}:
        time = form.values.get(forms.TIME) or ""
        message_marks.add(session, bot, form.actor, event_id, (Mark(chosen), time))
    else:
        raise NotUnderstood(missing="a kind")


SHORTCUT_FORMS: ShortcutForms = {forms.MARK: Interaction(_open, "note", find_none)}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.MARK: Interaction(_save, "note", find_by_entry)}
