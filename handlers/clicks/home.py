"""Clicks in the Home tab: declaring an incident, and the hour of reminders."""

from bot import homes
from bot.environment import Bot
from handlers import home_layout
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed
from handlers.fields import number
from handlers.forms import declaring
from handlers.payloads import Press
from storage.engine import Session


def _declare(_session: Session, bot: Bot, _press: Press) -> Block:
    return declaring.declare(bot)


def _hour(session: Session, bot: Bot, press: Press) -> str:
    homes.set_hour(session, bot, press.asker.person, number(press.value), press.asker.at)
    return ""


PRESSED: Pressed = {home_layout.HOUR: _hour}
OPENED: Opened = {home_layout.DECLARE: _declare}
