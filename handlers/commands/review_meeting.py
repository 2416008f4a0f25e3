"""`/incident` words of the review meeting: proposed, agreed on, moved or cancelled, and what it decided."""

from datetime import datetime

from bot.domain.errors import NotAMeetingTime
from bot.incidents import lifecycle
from bot.people.working_hours import zone_of
from bot.postmortems import meetings, reviews
from bot.postmortems.meetings import Wanted
from bot.rendering import render
from handlers.commands.call import Answers, Call
from handlers.interactions.review_meeting import told


def _meeting(call: Call) -> str:
    session, bot, actor = call.session, call.bot, call.actor
    word = call.rest.lower()
    if not word:
        made, new = meetings.propose(session, bot, actor)
        return told(session, made, new=new)
    if word == "agree":
        return told(session, meetings.agree(session, bot, actor))
    if word == "cancel":
        return told(session, meetings.cancel(session, bot, actor))
    return told(session, meetings.move(session, bot, actor, _wanted(call)))


def _wanted(call: Call) -> Wanted:
    """Another time, typed as `2026-03-12 14:00` by the asker's clock; the rest stays."""
    try:
        typed = datetime.fromisoformat(call.rest)
    except ValueError as error:
        raise NotAMeetingTime from error
    _, there = meetings.current(call.session, call.bot, call.actor)
    zone = zone_of(call.session, call.bot, call.actor.person)
    at = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    return Wanted(starts_at=at, minutes=there.minutes, facilitator=there.facilitator)


def _decided(call: Call) -> str:
    incident = lifecycle.here(call.session, call.bot, call.actor)
    reviews.decide(call.session, call.bot, call.actor, incident, call.rest)
    return render.line("review_decide", incident=incident)


ANSWERS: Answers = {"meeting": _meeting, "decided": _decided}
