"""The Key times button and its form."""

from bot.config.context import Bot
from bot.domain.key_times import MOMENT_NAMES
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.postmortems import key_times
from handlers.interactions.handler_types import ButtonForms, Interaction, SubmissionHandlers
from handlers.interactions.incident_finders import find_by_id
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import key_times as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, click: ButtonClick) -> Block:
    actor = lifecycle.switch_to_incident(session, click.actor, parse_row_id(click.value))
    times = key_times.load(session, lifecycle.require_incident(session, bot, actor))
    return forms.key_times(times, working_hours.zone_of(session, bot, actor.person))


def _save(session: Session, bot: Bot, form: Submission) -> None:
    incident_id, shown = forms.parse_about(form.about)
    actor = lifecycle.switch_to_incident(session, form.actor, incident_id)
    typed = {name: form.values.get(name) or "" for name in MOMENT_NAMES}
    key_times.apply_form(session, bot, actor, typed, shown)


BUTTON_FORMS: ButtonForms = {forms.KEY_TIMES: Interaction(_open, "time", find_by_id)}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.KEY_TIMES: Interaction(_save, "time", find_by_id)}
