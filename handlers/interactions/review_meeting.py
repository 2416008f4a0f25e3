"""Buttons and form of the review meeting.

Each names its incident and the version that was shown.
"""

import re
from datetime import date, datetime, time

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.meeting import Meeting
from bot.incidents import lifecycle
from bot.people.working_hours import zone_of
from bot.postmortems import meetings
from bot.postmortems.meetings import MeetingChoice
from bot.rendering import render
from handlers.interactions.handler_types import (
    ButtonForms,
    ButtonHandlers,
    Interaction,
    SubmissionHandlers,
)
from handlers.interactions.incident_finders import find_by_id
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import review_meeting as forms
from storage import incidents as stored
from storage.engine.store import Session

_VERSION = re.compile(r"-?[0-9]{1,9}")
MAX_MINUTES = 480


def _propose(session: Session, bot: Bot, click: ButtonClick) -> str:
    actor, _ = _parse_about(session, click.actor, click.value)
    meeting, new = meetings.propose(session, bot, actor)
    return render_meeting(session, meeting, new=new)


def _agree(session: Session, bot: Bot, click: ButtonClick) -> str:
    actor, version = _parse_about(session, click.actor, click.value)
    return render_meeting(session, meetings.agree(session, bot, actor, version))


def _cancel(session: Session, bot: Bot, click: ButtonClick) -> str:
    actor, _ = _parse_about(session, click.actor, click.value)
    return render_meeting(session, meetings.cancel(session, bot, actor))


def _open_move(session: Session, bot: Bot, click: ButtonClick) -> Block:
    actor, _ = _parse_about(session, click.actor, click.value)
    incident, meeting = meetings.current(session, bot, actor)
    return forms.move(incident, meeting, zone_of(session, bot, actor.person))


def _move(session: Session, bot: Bot, form: Submission) -> Meeting:
    actor, version = _parse_about(session, form.actor, form.about)
    try:
        day = date.fromisoformat(form.values.get(forms.DATE) or "")
        hour = time.fromisoformat(form.values.get(forms.HOUR) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date and a time") from error
    minutes = parse_row_id(form.values.get(forms.MINUTES) or "")
    if not 0 < minutes <= MAX_MINUTES:
        raise NotUnderstood(missing="a length")
    choice = MeetingChoice(
        starts_at=datetime.combine(day, hour, zone_of(session, bot, actor.person)),
        minutes=minutes,
        facilitator=form.values.get(forms.FACILITATOR),
        seen_sequence=version,
    )
    return meetings.move(session, bot, actor, choice)


def render_meeting(session: Session, meeting: Meeting, *, new: bool = True) -> str:
    """Return the reply about a meeting."""
    incident = stored.by_id(session, meeting.incident_id)
    return render.line("meeting", incident=incident, meeting=meeting, new=new)


def _parse_about(session: Session, actor: Actor, about: str) -> tuple[Actor, int | None]:
    """Return the actor as if in the incident's channel, and the version they saw, if any."""
    incident_id, _, version = about.partition("-")
    actor = lifecycle.switch_to_incident(session, actor, parse_row_id(incident_id))
    return actor, int(version) if _VERSION.fullmatch(version) else None


BUTTON_HANDLERS: ButtonHandlers = {
    "meeting": Interaction(_propose, "meeting", find_by_id),
    "meeting_agree": Interaction(_agree, "meeting", find_by_id),
    "meeting_cancel": Interaction(_cancel, "meeting", find_by_id),
}
BUTTON_FORMS: ButtonForms = {"meeting_move": Interaction(_open_move, "meeting", find_by_id)}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.MOVE: Interaction(_move, "meeting", find_by_id)}
