"""Buttons of the Home tab: reminder hour, out of office, and declaring an incident."""

from datetime import date

from bot.config.context import Bot
from bot.people import working_hours
from bot.reminders import home_tab_content
from handlers.interactions.handler_types import ButtonForms, ButtonHandlers, SubmissionHandlers
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import home_tab
from handlers.views.blocks import Block
from handlers.views.forms import away, declare
from storage.engine.store import Session


def _declare(_session: Session, bot: Bot, _press: ButtonClick) -> Block:
    return declare.declare(bot)


def _set_hour(session: Session, bot: Bot, press: ButtonClick) -> str:
    home_tab_content.set_hour(
        session, bot, press.actor.person, parse_row_id(press.value), press.actor.at
    )
    return ""


def _clear_away(session: Session, bot: Bot, press: ButtonClick) -> str:
    home_tab_content.set_leave(session, bot, press.actor.person, None, press.actor.at)
    return ""


def _away_form(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return away.away(working_hours.away_until(session, bot, press.actor.person, press.actor.at))


def _away(session: Session, bot: Bot, sent: Submission) -> None:
    try:
        until = date.fromisoformat(sent.values.get("due") or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error
    home_tab_content.set_leave(session, bot, sent.actor.person, until, sent.actor.at)


BUTTON_HANDLERS: ButtonHandlers = {home_tab.HOUR: _set_hour, home_tab.BACK: _clear_away}
BUTTON_FORMS: ButtonForms = {home_tab.DECLARE: _declare, "away_form": _away_form}
SUBMISSION_HANDLERS: SubmissionHandlers = {away.AWAY: _away}
