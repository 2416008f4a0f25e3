"""`/incident` words of the review meeting: proposed, agreed on, moved or cancelled, and what it decided."""

from datetime import datetime

from bot import incidents, meetings, render, reviews
from bot.domain.errors import NotAMeetingTime
from bot.hours import zone_of
from bot.meetings import Wanted
from handlers.answers.call import Answers, Call
from handlers.clicks.meeting import told


def _meeting(call: Call) -> str:
    session, bot, asker = call.session, call.bot, call.asker
    word = call.rest.lower()
    if not word:
        made, new = meetings.propose(session, bot, asker)
        return told(session, made, new=new)
    if word == "agree":
        return told(session, meetings.agree(session, bot, asker))
    if word == "cancel":
        return told(session, meetings.cancel(session, bot, asker))
    return told(session, meetings.move(session, bot, asker, _wanted(call)))


def _wanted(call: Call) -> Wanted:
    """Another time, typed as `2026-03-12 14:00` by the asker's clock; the rest stays."""
    try:
        typed = datetime.fromisoformat(call.rest)
    except ValueError as error:
        raise NotAMeetingTime from error
    _, there = meetings.current(call.session, call.bot, call.asker)
    zone = zone_of(call.session, call.bot, call.asker.person)
    at = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    return Wanted(starts_at=at, minutes=there.minutes, facilitator=there.facilitator)


def _decided(call: Call) -> str:
    incident = incidents.here(call.session, call.bot, call.asker)
    reviews.decide(call.session, call.bot, call.asker, incident, call.rest)
    return render.line("review_decide", incident=incident)


ANSWERS: Answers = {"meeting": _meeting, "decided": _decided}
