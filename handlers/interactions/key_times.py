"""The Key times button and its form."""

from bot.config.context import Bot
from bot.domain.draft import MOMENTS
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.postmortems import key_times
from handlers.fields import number
from handlers.interactions.click import Opened, Sent
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import key_times as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, press: Press) -> Block:
    actor = lifecycle.at_home(session, press.actor, number(press.value))
    times = key_times.of_incident(session, lifecycle.here(session, bot, actor))
    return forms.key_times(times, working_hours.zone_of(session, bot, actor.person))


def _save(session: Session, bot: Bot, sent: Submission) -> None:
    incident_id, shown = forms.read_about(sent.about)
    actor = lifecycle.at_home(session, sent.actor, incident_id)
    typed = {name: sent.values.get(name) or "" for name in MOMENTS}
    key_times.change(session, bot, actor, typed, shown)


OPENED: Opened = {forms.KEY_TIMES: _open}
SENT: Sent = {forms.KEY_TIMES: _save}
