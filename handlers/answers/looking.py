"""`/incident` words that show."""

from bot import incidents, render
from bot.domain.markup import referenced
from handlers.answers.call import SHOWN, Answers, Call, Form
from handlers.clicks.catching_up import told
from handlers.clicks.timeline import page
from storage import open_incidents, timeline_counts
from storage import timeline as events
from storage.people import names


def _timeline(call: Call) -> Form:
    incident = incidents.here(call.session, call.bot, call.asker)
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
    incident = incidents.here(call.session, call.bot, call.asker)
    return told(call.session, call.bot, incident, call.asker.at)


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
