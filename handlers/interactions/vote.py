"""Votes for a quarter's best postmortem."""

from bot.config.context import Bot
from bot.rendering import render
from bot.reports import postmortem_votes
from handlers.interactions.handler_types import NOT_GRANTABLE, ButtonHandlers, Interaction
from handlers.interactions.incident_finders import find_by_vote
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick
from storage.engine.store import Session


def _vote(session: Session, _bot: Bot, click: ButtonClick) -> str:
    quarter, _, choice = click.value.rpartition("-")
    incident = postmortem_votes.vote(session, click.actor, quarter, parse_row_id(choice))
    return render.line("voted", incident=incident)


BUTTON_HANDLERS: ButtonHandlers = {"vote": Interaction(_vote, NOT_GRANTABLE, find_by_vote)}
