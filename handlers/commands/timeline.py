"""`/incident timeline`: show the timeline, and correct it in a modal."""

from bot.domain.markup import find_references
from bot.incidents import lifecycle
from bot.rendering import render
from handlers.commands.call import MAX_LISTED, CommandCall, CommandHandlers, Form
from handlers.interactions.timeline import build_page
from storage import timeline as stored
from storage import timeline_counts
from storage.people import names


def _timeline(call: CommandCall) -> Form:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    events = stored.latest(call.session, incident.id, MAX_LISTED)
    people = [person for event in events for person in find_references(event.text)]
    text = render.line(
        "timeline",
        incident=incident,
        events=events,
        total=timeline_counts.count(call.session, incident.id),
        names=names(call.session, people),
    )
    return Form(build_page(call.session, incident, 0), text)


COMMAND_HANDLERS: CommandHandlers = {"timeline": _timeline}
