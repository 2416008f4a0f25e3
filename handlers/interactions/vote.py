"""Votes for a quarter's best postmortem."""

from bot.config.context import Bot
from bot.rendering import render
from bot.reports import anniversaries
from handlers.interactions.handler_types import ButtonHandlers
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick
from storage.engine.store import Session


def _vote(session: Session, _bot: Bot, press: ButtonClick) -> str:
    quarter, _, chosen = press.value.rpartition("-")
    incident = anniversaries.vote(session, press.actor, quarter, parse_row_id(chosen))
    return render.line("voted", incident=incident)


BUTTON_HANDLERS: ButtonHandlers = {"vote": _vote}
