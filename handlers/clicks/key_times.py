"""The Key times button and its form."""

from bot import hours, incidents, key_times
from bot.domain.draft import MOMENTS
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Opened, Sent
from handlers.fields import number
from handlers.forms import key_times as forms
from handlers.payloads import Press, Submission
from storage.engine import Session


def _open(session: Session, bot: Bot, press: Press) -> Block:
    actor = incidents.at_home(session, press.asker, number(press.value))
    times = key_times.of_incident(session, incidents.here(session, bot, actor))
    return forms.key_times(times, hours.zone_of(session, bot, actor.person))


def _save(session: Session, bot: Bot, sent: Submission) -> None:
    incident_id, shown = forms.read_about(sent.about)
    actor = incidents.at_home(session, sent.asker, incident_id)
    typed = {name: sent.values.get(name) or "" for name in MOMENTS}
    key_times.change(session, bot, actor, typed, shown)


OPENED: Opened = {forms.KEY_TIMES: _open}
SENT: Sent = {forms.KEY_TIMES: _save}
