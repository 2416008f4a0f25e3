"""Votes for a quarter's best postmortem."""

from bot.config.context import Bot
from bot.rendering import render
from bot.reports import postmortem_votes
from handlers.fields import parse_row_id
from handlers.interactions.click import ButtonHandlers
from handlers.slack.payloads import Press
from storage.engine.store import Session


def _vote(session: Session, _bot: Bot, press: Press) -> str:
    quarter, _, chosen = press.value.rpartition("-")
    incident = postmortem_votes.vote(session, press.actor, quarter, parse_row_id(chosen))
    return render.line("voted", incident=incident)


BUTTON_HANDLERS: ButtonHandlers = {"vote": _vote}
