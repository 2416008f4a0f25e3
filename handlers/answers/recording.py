"""`/incident` words that add to the record."""

from bot import incidents, render, services, timeline
from bot.domain.clock_words import take_time
from bot.domain.errors import NothingSaid
from bot.domain.markup import referenced
from bot.domain.timeline import Kind
from bot.hours import zone_of
from bot.incidents import span_of
from handlers.answers.call import Answers, Call
from storage.people import names


def _note(call: Call) -> str:
    typed, incident = call.require(), incidents.here(call.session, call.bot, call.asker)
    zone = zone_of(call.session, call.bot, call.asker.person)
    at, text = take_time(typed, near=span_of(incident, call.asker.at), zone=zone)
    if not text:
        raise NothingSaid(command=call.bot.policy.command, usage=call.word.usage)
    timeline.deed(call.session, incident, call.asker, Kind.NOTE, text=text, happened_at=at)
    shown = {"text": text, "names": names(call.session, referenced(text))}
    return render.line("noted", incident=incident, at=at or call.asker.at, **shown)


def _impact(call: Call) -> str:
    text = call.require()
    incident = incidents.note_impact(call.session, call.bot, call.asker, text)
    shown = {"text": text, "names": names(call.session, referenced(text))}
    return render.line("impact_noted", incident=incident, **shown)


def _services(call: Call) -> str:
    if call.rest:
        incident = services.affect(call.session, call.bot, call.asker, call.rest)
    else:
        incident = incidents.here(call.session, call.bot, call.asker)
    return render.line("services_affected", incident=incident)


ANSWERS: Answers = {
    "services": _services,
    "note": _note,
    "impact": _impact,
}
