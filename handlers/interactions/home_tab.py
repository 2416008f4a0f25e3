"""Clicks about a person's own things: the hour of reminders, leave; and declaring from the Home tab."""

from datetime import date

from bot.config.context import Bot
from bot.people import working_hours
from bot.reminders import home_tab_content
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Opened, Pressed, Sent
from handlers.slack.payloads import Press, Submission
from handlers.views import home_tab
from handlers.views.blocks import Block
from handlers.views.forms import away, declare
from storage.engine.store import Session


def _declare(_session: Session, bot: Bot, _press: Press) -> Block:
    return declare.declare(bot)


def _hour(session: Session, bot: Bot, press: Press) -> str:
    home_tab_content.set_hour(session, bot, press.actor.person, number(press.value), press.actor.at)
    return ""


def _back(session: Session, bot: Bot, press: Press) -> str:
    home_tab_content.set_leave(session, bot, press.actor.person, None, press.actor.at)
    return ""


def _away_form(session: Session, bot: Bot, press: Press) -> Block:
    return away.away(working_hours.away_until(session, bot, press.actor.person, press.actor.at))


def _away(session: Session, bot: Bot, sent: Submission) -> None:
    try:
        until = date.fromisoformat(sent.values.get("due") or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error
    home_tab_content.set_leave(session, bot, sent.actor.person, until, sent.actor.at)


PRESSED: Pressed = {home_tab.HOUR: _hour, home_tab.BACK: _back}
OPENED: Opened = {home_tab.DECLARE: _declare, "away_form": _away_form}
SENT: Sent = {away.AWAY: _away}
