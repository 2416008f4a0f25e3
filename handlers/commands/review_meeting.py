"""`/incident` commands for the review meeting: propose, accept, move, cancel, record decisions."""

from datetime import datetime

from bot.domain.commands import parse_meeting_action
from bot.domain.errors import NotAMeetingTime
from bot.incidents import lifecycle
from bot.people.working_hours import zone_of
from bot.postmortems import meetings, reviews
from bot.postmortems.meetings import MeetingChoice
from bot.rendering import render
from handlers.commands.call import CommandCall, CommandHandlers
from handlers.interactions.review_meeting import render_meeting


def _meeting(call: CommandCall) -> str:
    session, bot, actor = call.session, call.bot, call.actor
    word = parse_meeting_action(call.rest)
    if not word:
        meeting, new = meetings.propose(session, bot, actor)
        return render_meeting(session, meeting, new=new)
    if word == "accept":
        return render_meeting(session, meetings.agree(session, bot, actor))
    if word == "cancel":
        return render_meeting(session, meetings.cancel(session, bot, actor))
    return render_meeting(session, meetings.move(session, bot, actor, _parse_start(call)))


def _parse_start(call: CommandCall) -> MeetingChoice:
    """Parse another start time: `2026-03-12 14:00` in the actor's time zone.

    Length and facilitator stay the same.
    """
    try:
        typed = datetime.fromisoformat(call.rest)
    except ValueError as error:
        raise NotAMeetingTime from error
    _, meeting = meetings.current(call.session, call.bot, call.actor)
    zone = zone_of(call.session, call.bot, call.actor.person)
    at = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    return MeetingChoice(starts_at=at, minutes=meeting.minutes, facilitator=meeting.facilitator)


def _decided(call: CommandCall) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    reviews.record_decision(call.session, call.bot, call.actor, incident, call.rest)
    return render.line("review_decide", incident=incident)


COMMAND_HANDLERS: CommandHandlers = {"meeting": _meeting, "decided": _decided}
