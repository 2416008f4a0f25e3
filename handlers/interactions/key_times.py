"""The Key times button and its form."""

from bot.config.context import Bot
from bot.domain.key_times import MOMENT_NAMES
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.postmortems import key_times
from handlers.fields import parse_row_id
from handlers.interactions.click import ButtonForms, SubmissionHandlers
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import key_times as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, press: Press) -> Block:
    actor = lifecycle.switch_to_incident(session, press.actor, parse_row_id(press.value))
    times = key_times.load(session, lifecycle.require_incident(session, bot, actor))
    return forms.key_times(times, working_hours.zone_of(session, bot, actor.person))


def _save(session: Session, bot: Bot, sent: Submission) -> None:
    incident_id, shown = forms.parse_about(sent.about)
    actor = lifecycle.switch_to_incident(session, sent.actor, incident_id)
    typed = {name: sent.values.get(name) or "" for name in MOMENT_NAMES}
    key_times.apply_form(session, bot, actor, typed, shown)


BUTTON_FORMS: ButtonForms = {forms.KEY_TIMES: _open}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.KEY_TIMES: _save}
