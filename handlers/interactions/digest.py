"""The button below a digest: change its schedule or turn it off."""

from bot.config.context import Bot
from bot.reports import digest_schedule
from handlers.interactions.handler_types import ButtonForms, NextForm, SubmissionHandlers
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import digest as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, _press: ButtonClick) -> Block:
    return forms.settings(digest_schedule.load_schedule(session, bot))


def _save(session: Session, bot: Bot, sent: Submission) -> NextForm:
    on = sent.values.get(forms.ENABLED) == forms.YES
    day, hour = sent.values.get(forms.DAY) or "", parse_row_id(sent.values.get(forms.HOUR) or "")
    return NextForm(
        forms.confirmation(
            digest_schedule.change_schedule(session, bot, sent.actor, (on, day, hour))
        )
    )


BUTTON_FORMS: ButtonForms = {forms.SETTINGS: _open}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.SETTINGS: _save}
