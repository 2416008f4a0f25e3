"""Clicks about the review meeting, and its form. Each names the incident, and the change that was seen."""

import re
from datetime import date, datetime, time

from bot import incidents, meetings, render
from bot.domain.asker import Asker
from bot.domain.meeting import Meeting
from bot.environment import Bot
from bot.hours import zone_of
from bot.meetings import Wanted
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent
from handlers.fields import NotUnderstood, number
from handlers.forms import meeting as forms
from handlers.payloads import Press, Submission
from storage import incidents as stored
from storage.engine import Session

_SEEN = re.compile(r"-?[0-9]{1,9}")
LONGEST = 480  # minutes


def _propose(session: Session, bot: Bot, press: Press) -> str:
    asker, _ = _there(session, press.asker, press.value)
    made, new = meetings.propose(session, bot, asker)
    return told(session, made, new=new)


def _agree(session: Session, bot: Bot, press: Press) -> str:
    asker, seen = _there(session, press.asker, press.value)
    return told(session, meetings.agree(session, bot, asker, seen))


def _cancel(session: Session, bot: Bot, press: Press) -> str:
    asker, _ = _there(session, press.asker, press.value)
    return told(session, meetings.cancel(session, bot, asker))


def _open_move(session: Session, bot: Bot, press: Press) -> Block:
    asker, _ = _there(session, press.asker, press.value)
    incident, found = meetings.current(session, bot, asker)
    return forms.move(incident, found, zone_of(session, bot, asker.person))


def _move(session: Session, bot: Bot, sent: Submission) -> Meeting:
    asker, seen = _there(session, sent.asker, sent.about)
    try:
        day = date.fromisoformat(sent.values.get(forms.DATE) or "")
        hour = time.fromisoformat(sent.values.get(forms.HOUR) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date and a time") from error
    minutes = number(sent.values.get(forms.MINUTES) or "")
    if not 0 < minutes <= LONGEST:
        raise NotUnderstood(missing="a length")
    wanted = Wanted(
        starts_at=datetime.combine(day, hour, zone_of(session, bot, asker.person)),
        minutes=minutes,
        facilitator=sent.values.get(forms.FACILITATOR),
        seen=seen,
    )
    return meetings.move(session, bot, asker, wanted)


def told(session: Session, made: Meeting, *, new: bool = True) -> str:
    """What who asked is told of it."""
    incident = stored.by_id(session, made.incident_id)
    return render.line("meeting", incident=incident, meeting=made, new=new)


def _there(session: Session, asker: Asker, about: str) -> tuple[Asker, int | None]:
    """Who asks, as if they stood in the incident's channel, and the change that they saw, if any."""
    incident, _, seen = about.partition("-")
    asker = incidents.at_home(session, asker, number(incident))
    return asker, int(seen) if _SEEN.fullmatch(seen) else None


PRESSED: Pressed = {"meeting": _propose, "meeting_agree": _agree, "meeting_cancel": _cancel}
OPENED: Opened = {"meeting_move": _open_move}
SENT: Sent = {forms.MOVE: _move}
