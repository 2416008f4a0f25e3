"""`/incident` commands that add to the record: notes, impact, services."""

from bot.domain.errors import NothingToRecord
from bot.domain.markup import find_references
from bot.domain.timeline import EventKind
from bot.domain.typed_times import take_time
from bot.incidents import lifecycle, services
from bot.incidents.lifecycle import span_of
from bot.people.working_hours import zone_of
from bot.rendering import render
from bot.timeline import recording
from handlers.commands.call import CommandCall, CommandHandlers
from storage.people import names


def _note(call: CommandCall) -> str:
    typed, incident = call.require(), lifecycle.require_incident(call.session, call.bot, call.actor)
    zone = zone_of(call.session, call.bot, call.actor.person)
    at, text = take_time(typed, near=span_of(incident, call.actor.at), zone=zone)
    if not text:
        raise NothingToRecord(command=call.bot.policy.command, usage=call.word.markup_usage)
    recording.record_action(
        call.session, incident, call.actor, EventKind.NOTE, text=text, happened_at=at
    )
    facts = {"text": text, "names": names(call.session, find_references(text))}
    return render.line("noted", incident=incident, at=at or call.actor.at, **facts)


def _impact(call: CommandCall) -> str:
    text = call.require()
    incident = lifecycle.record_impact(call.session, call.bot, call.actor, text)
    facts = {"text": text, "names": names(call.session, find_references(text))}
    return render.line("impact_noted", incident=incident, **facts)


def _services(call: CommandCall) -> str:
    if call.rest:
        incident = services.set_affected(call.session, call.bot, call.actor, call.rest)
    else:
        incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    return render.line("services_affected", incident=incident)


COMMAND_HANDLERS: CommandHandlers = {
    "services": _services,
    "note": _note,
    "impact": _impact,
}
