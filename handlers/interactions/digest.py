"""The button below a digest: change its schedule or turn it off."""

from bot.config.context import Bot
from bot.reports import digest_schedule
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    ButtonForms,
    Interaction,
    NextForm,
    SubmissionHandlers,
)
from handlers.interactions.incident_finders import find_none
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import digest as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, _click: ButtonClick) -> Block:
    return forms.settings(digest_schedule.load_schedule(session, bot))


def _save(session: Session, bot: Bot, form: Submission) -> NextForm:
    on = form.values.get(forms.ENABLED) == forms.YES
    day, hour = form.values.get(forms.DAY) or "", parse_row_id(form.values.get(forms.HOUR) or "")
    schedule = digest_schedule.change_schedule(session, bot, form.actor, (on, day, hour))
    return NextForm(forms.confirmation(schedule))


BUTTON_FORMS: ButtonForms = {forms.SETTINGS: Interaction(_open, NOT_GRANTABLE, find_none)}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.SETTINGS: Interaction(_save, NOT_GRANTABLE, find_none)
}
