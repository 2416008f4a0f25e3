"""Buttons of the Home tab: reminder hour, out of office, and declaring an incident."""

from datetime import date

from bot.config.context import Bot
from bot.people import working_hours
from bot.reminders import preferences
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    ButtonForms,
    ButtonHandlers,
    Interaction,
    SubmissionHandlers,
)
from handlers.interactions.incident_finders import find_none
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import home_tab
from handlers.views.blocks import Block
from handlers.views.forms import away, declare
from storage.engine.store import Session


def _open_declare(_session: Session, bot: Bot, _click: ButtonClick) -> Block:
    return declare.declare(bot)


def _set_hour(session: Session, bot: Bot, click: ButtonClick) -> str:
    preferences.set_hour(
        session, bot, click.actor.person, parse_row_id(click.value), click.actor.at
    )
    return ""


def _clear_away(session: Session, bot: Bot, click: ButtonClick) -> str:
    preferences.set_leave(session, bot, click.actor.person, None, click.actor.at)
    return ""


def _open_away(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return away.away(working_hours.away_until(session, bot, click.actor.person, click.actor.at))


def _set_away(session: Session, bot: Bot, form: Submission) -> None:
    try:
        until = date.fromisoformat(form.values.get("due") or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error
    preferences.set_leave(session, bot, form.actor.person, until, form.actor.at)


BUTTON_HANDLERS: ButtonHandlers = {
    home_tab.HOUR: Interaction(_set_hour, NOT_GRANTABLE, find_none),
    home_tab.BACK: Interaction(_clear_away, NOT_GRANTABLE, find_none),
}
BUTTON_FORMS: ButtonForms = {
    home_tab.DECLARE: Interaction(_open_declare, NOT_GRANTABLE, find_none),
    "away_form": Interaction(_open_away, NOT_GRANTABLE, find_none),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    away.AWAY: Interaction(_set_away, NOT_GRANTABLE, find_none)
}
