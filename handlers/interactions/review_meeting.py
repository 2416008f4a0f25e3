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
from handlers.interactions.handler_types import ButtonForms, ButtonHandlers, SubmissionHandlers
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import review_meeting as forms
from storage import incidents as stored
from storage.engine.store import Session

_VERSION = re.compile(r"-?[0-9]{1,9}")
MAX_MINUTES = 480  # minutes


def _propose(session: Session, bot: Bot, press: ButtonClick) -> str:
    actor, _ = _parse_about(session, press.actor, press.value)
    made, new = meetings.propose(session, bot, actor)
    return render_meeting(session, made, new=new)


def _agree(session: Session, bot: Bot, press: ButtonClick) -> str:
    actor, seen = _parse_about(session, press.actor, press.value)
    return render_meeting(session, meetings.agree(session, bot, actor, seen))


def _cancel(session: Session, bot: Bot, press: ButtonClick) -> str:
    actor, _ = _parse_about(session, press.actor, press.value)
    return render_meeting(session, meetings.cancel(session, bot, actor))


def _open_move(session: Session, bot: Bot, press: ButtonClick) -> Block:
    actor, _ = _parse_about(session, press.actor, press.value)
    incident, found = meetings.current(session, bot, actor)
    return forms.move(incident, found, zone_of(session, bot, actor.person))


def _move(session: Session, bot: Bot, sent: Submission) -> Meeting:
    actor, seen = _parse_about(session, sent.actor, sent.about)
    try:
        day = date.fromisoformat(sent.values.get(forms.DATE) or "")
        hour = time.fromisoformat(sent.values.get(forms.HOUR) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date and a time") from error
    minutes = parse_row_id(sent.values.get(forms.MINUTES) or "")
    if not 0 < minutes <= MAX_MINUTES:
        raise NotUnderstood(missing="a length")
    wanted = MeetingChoice(
        starts_at=datetime.combine(day, hour, zone_of(session, bot, actor.person)),
        minutes=minutes,
        facilitator=sent.values.get(forms.FACILITATOR),
        seen=seen,
    )
    return meetings.move(session, bot, actor, wanted)


def render_meeting(session: Session, made: Meeting, *, new: bool = True) -> str:
    """Return the reply about a meeting."""
    incident = stored.by_id(session, made.incident_id)
    return render.line("meeting", incident=incident, meeting=made, new=new)


def _parse_about(session: Session, actor: Actor, about: str) -> tuple[Actor, int | None]:
    """Return the actor as if in the incident's channel, and the version they saw, if any."""
    incident, _, seen = about.partition("-")
    actor = lifecycle.switch_to_incident(session, actor, parse_row_id(incident))
    return actor, int(seen) if _VERSION.fullmatch(seen) else None


BUTTON_HANDLERS: ButtonHandlers = {
    "meeting": _propose,
    "meeting_agree": _agree,
    "meeting_cancel": _cancel,
}
BUTTON_FORMS: ButtonForms = {"meeting_move": _open_move}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.MOVE: _move}
