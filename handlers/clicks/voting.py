"""Clicks with which people vote for a quarter's best postmortem."""

from bot import learning, render
from bot.environment import Bot
from handlers.clicks.click import Pressed
from handlers.fields import number
from handlers.payloads import Press
from storage.engine import Session


def _vote(session: Session, _bot: Bot, press: Press) -> str:
    quarter, _, chosen = press.value.rpartition("-")
    incident = learning.vote(session, press.asker, quarter, number(chosen))
    return render.line("voted", incident=incident)


PRESSED: Pressed = {"vote": _vote}
