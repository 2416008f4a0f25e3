"""The button under a digest: when it comes, and whether it does."""

from bot.config.context import Bot
from bot.reports import digest_schedule
from handlers.fields import number
from handlers.interactions.click import Next, Opened, Sent
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import digest as forms
from storage.engine.store import Session


def _open(session: Session, bot: Bot, _press: Press) -> Block:
    return forms.settings(digest_schedule.rhythm(session, bot))


def _choose(session: Session, bot: Bot, sent: Submission) -> Next:
    on = sent.values.get(forms.COMES) == forms.YES
    day, hour = sent.values.get(forms.DAY) or "", number(sent.values.get(forms.HOUR) or "")
    return Next(forms.told(digest_schedule.choose(session, bot, sent.actor, (on, day, hour))))


OPENED: Opened = {forms.SETTINGS: _open}
SENT: Sent = {forms.SETTINGS: _choose}
