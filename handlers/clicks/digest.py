"""The button under a digest: when it comes, and whether it does."""

from bot import rhythm
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Next, Opened, Sent
from handlers.fields import number
from handlers.forms import digest as forms
from handlers.payloads import Press, Submission
from storage.engine import Session


def _open(session: Session, bot: Bot, _press: Press) -> Block:
    return forms.settings(rhythm.rhythm(session, bot))


def _choose(session: Session, bot: Bot, sent: Submission) -> Next:
    on = sent.values.get(forms.COMES) == forms.YES
    day, hour = sent.values.get(forms.DAY) or "", number(sent.values.get(forms.HOUR) or "")
    return Next(forms.told(rhythm.choose(session, bot, sent.asker, (on, day, hour))))


OPENED: Opened = {forms.SETTINGS: _open}
SENT: Sent = {forms.SETTINGS: _choose}
