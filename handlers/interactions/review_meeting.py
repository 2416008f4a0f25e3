"""Clicks about the review meeting, and its form. Each names the incident, and the change that was seen."""

import re
from datetime import date, datetime, time

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.meeting import Meeting
from bot.incidents import lifecycle
from bot.people.working_hours import zone_of
from bot.postmortems import meetings
from bot.postmortems.meetings import Wanted
from bot.rendering import render
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Opened, Pressed, Sent
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import review_meeting as forms
from storage import incidents as stored
from storage.engine.store import Session

_SEEN = re.compile(r"-?[0-9]{1,9}")
LONGEST = 480  # minutes


def _propose(session: Session, bot: Bot, press: Press) -> str:
    actor, _ = _there(session, press.actor, press.value)
    made, new = meetings.propose(session, bot, actor)
    return told(session, made, new=new)


def _agree(session: Session, bot: Bot, press: Press) -> str:
    actor, seen = _there(session, press.actor, press.value)
    return told(session, meetings.agree(session, bot, actor, seen))


def _cancel(session: Session, bot: Bot, press: Press) -> str:
    actor, _ = _there(session, press.actor, press.value)
    return told(session, meetings.cancel(session, bot, actor))


def _open_move(session: Session, bot: Bot, press: Press) -> Block:
    actor, _ = _there(session, press.actor, press.value)
    incident, found = meetings.current(session, bot, actor)
    return forms.move(incident, found, zone_of(session, bot, actor.person))


def _move(session: Session, bot: Bot, sent: Submission) -> Meeting:
    actor, seen = _there(session, sent.actor, sent.about)
    try:
        day = date.fromisoformat(sent.values.get(forms.DATE) or "")
        hour = time.fromisoformat(sent.values.get(forms.HOUR) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date and a time") from error
    minutes = number(sent.values.get(forms.MINUTES) or "")
    if not 0 < minutes <= LONGEST:
        raise NotUnderstood(missing="a length")
    wanted = Wanted(
        starts_at=datetime.combine(day, hour, zone_of(session, bot, actor.person)),
        minutes=minutes,
        facilitator=sent.values.get(forms.FACILITATOR),
        seen=seen,
    )
    return meetings.move(session, bot, actor, wanted)


def told(session: Session, made: Meeting, *, new: bool = True) -> str:
    """What who asked is told of it."""
    incident = stored.by_id(session, made.incident_id)
    return render.line("meeting", incident=incident, meeting=made, new=new)


def _there(session: Session, actor: Actor, about: str) -> tuple[Actor, int | None]:
    """Who asks, as if they stood in the incident's channel, and the change that they saw, if any."""
    incident, _, seen = about.partition("-")
    actor = lifecycle.at_home(session, actor, number(incident))
    return actor, int(seen) if _SEEN.fullmatch(seen) else None


PRESSED: Pressed = {"meeting": _propose, "meeting_agree": _agree, "meeting_cancel": _cancel}
OPENED: Opened = {"meeting_move": _open_move}
SENT: Sent = {forms.MOVE: _move}
