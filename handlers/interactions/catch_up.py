"""Catching up, for who asks for it."""

from datetime import datetime

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.incidents import permalinks
from bot.postmortems import catchup
from bot.rendering import render
from handlers.fields import number
from handlers.interactions.click import Pressed
from handlers.slack.payloads import Press
from storage import incidents
from storage import postmortems as drafts
from storage.engine.store import Session


def told(session: Session, bot: Bot, incident: Incident, at: datetime) -> str:
    """How an incident stands, in one message."""
    now = catchup.catch_up(session, incident)
    labels = [[render.line("mark_label", mark=mark) for mark in each.marks] for each in now.told]
    draft = drafts.latest(session, incident.id)
    return render.line(
        "catch_up",
        now=now,
        at=at,
        labels=[[label for label in each if label] for each in labels],
        draft=permalinks.postmortem(session, draft.incident_id) if draft else None,
        command=bot.policy.command,
    )


def _pressed(session: Session, bot: Bot, press: Press) -> str:
    incident = incidents.by_id(session, number(press.value))
    return told(session, bot, incident, press.actor.at)


PRESSED: Pressed = {"catch_up": _pressed}
