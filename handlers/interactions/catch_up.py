"""The catch-up: an incident's current state for people who are new to it."""

from datetime import datetime

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.incidents import permalinks
from bot.postmortems import catch_up
from bot.rendering import render
from handlers.interactions.handler_types import ButtonHandlers, Interaction
from handlers.interactions.incident_finders import find_by_id
from handlers.slack.fields import parse_row_id
from handlers.slack.requests import ButtonClick
from storage import incidents
from storage import postmortems as drafts
from storage.engine.store import Session


def render_catch_up(session: Session, bot: Bot, incident: Incident, at: datetime) -> str:
    """Return an incident's current state as one message."""
    now = catch_up.build(session, incident)
    labels = [[render.line("mark_label", mark=mark) for mark in event.marks] for event in now.told]
    draft = drafts.latest(session, incident.id)
    return render.line(
        "catch_up",
        now=now,
        at=at,
        labels=[[label for label in of_event if label] for of_event in labels],
        draft=permalinks.for_postmortem(session, draft.incident_id) if draft else None,
        command=bot.policy.command,
    )


def _show(session: Session, bot: Bot, click: ButtonClick) -> str:
    incident = incidents.by_id(session, parse_row_id(click.value))
    return render_catch_up(session, bot, incident, click.actor.at)


BUTTON_HANDLERS: ButtonHandlers = {"catch_up": Interaction(_show, "catchup", find_by_id)}
