"""`/incident` commands that show the timeline, the catch-up and the list of incidents."""

from bot.domain.markup import find_references
from bot.incidents import lifecycle
from bot.rendering import render
from handlers.commands.call import MAX_LISTED, CommandCall, CommandHandlers, Form
from handlers.interactions.catch_up import render_catch_up
from handlers.interactions.timeline import build_page
from storage import open_incidents, timeline_counts
from storage import timeline as events
from storage.people import names


def _timeline(call: CommandCall) -> Form:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    shown = events.latest(call.session, incident.id, MAX_LISTED)
    people = [person for event in shown for person in find_references(event.text)]
    said = render.line(
        "timeline",
        incident=incident,
        events=shown,
        total=timeline_counts.count(call.session, incident.id),
        names=names(call.session, people),
    )
    return Form(build_page(call.session, incident, 0), said)


def _catch_up(call: CommandCall) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    return render_catch_up(call.session, call.bot, incident, call.actor.at)


def _list(call: CommandCall) -> str:
    found = open_incidents.public(call.session, MAX_LISTED)
    return render.line(
        "incidents", incidents=found.incidents, more=found.more, command=call.bot.policy.command
    )


COMMAND_HANDLERS: CommandHandlers = {
    "catchup": _catch_up,
    "timeline": _timeline,
    "list": _list,
}
