"""`/incident` words that show."""

from bot.domain.markup import referenced
from bot.incidents import lifecycle
from bot.rendering import render
from handlers.commands.call import SHOWN, Answers, Call, Form
from handlers.interactions.catch_up import told
from handlers.interactions.timeline import page
from storage import open_incidents, timeline_counts
from storage import timeline as events
from storage.people import names


def _timeline(call: Call) -> Form:
    incident = lifecycle.here(call.session, call.bot, call.actor)
    shown = events.latest(call.session, incident.id, SHOWN)
    people = [person for event in shown for person in referenced(event.text)]
    said = render.line(
        "timeline",
        incident=incident,
        events=shown,
        total=timeline_counts.count(call.session, incident.id),
        names=names(call.session, people),
    )
    return Form(page(call.session, incident, 0), said)


def _catch_up(call: Call) -> str:
    incident = lifecycle.here(call.session, call.bot, call.actor)
    return told(call.session, call.bot, incident, call.actor.at)


def _list(call: Call) -> str:
    found = open_incidents.public(call.session, SHOWN)
    return render.line(
        "incidents", incidents=found.incidents, more=found.more, command=call.bot.policy.command
    )


ANSWERS: Answers = {
    "catchup": _catch_up,
    "timeline": _timeline,
    "list": _list,
}
