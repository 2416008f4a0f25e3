"""Clicks about a person's own things: the hour of reminders, leave; and declaring from the Home tab."""

from datetime import date

from bot import homes, hours
from bot.environment import Bot
from handlers import home_layout
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent
from handlers.fields import NotUnderstood, number
from handlers.forms import away, declaring
from handlers.payloads import Press, Submission
from storage.engine import Session


def _declare(_session: Session, bot: Bot, _press: Press) -> Block:
    return declaring.declare(bot)


def _hour(session: Session, bot: Bot, press: Press) -> str:
    homes.set_hour(session, bot, press.asker.person, number(press.value), press.asker.at)
    return ""


def _back(session: Session, bot: Bot, press: Press) -> str:
    homes.set_leave(session, bot, press.asker.person, None, press.asker.at)
    return ""


def _away_form(session: Session, bot: Bot, press: Press) -> Block:
    return away.away(hours.away_until(session, bot, press.asker.person, press.asker.at))


def _away(session: Session, bot: Bot, sent: Submission) -> None:
    try:
        until = date.fromisoformat(sent.values.get("due") or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error
    homes.set_leave(session, bot, sent.asker.person, until, sent.asker.at)


PRESSED: Pressed = {home_layout.HOUR: _hour, home_layout.BACK: _back}
OPENED: Opened = {home_layout.DECLARE: _declare, "away_form": _away_form}
SENT: Sent = {away.AWAY: _away}
