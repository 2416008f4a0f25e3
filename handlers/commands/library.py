"""`/incident` commands that find past incidents."""

from bot.domain.markup import to_plain_text
from bot.incidents import lifecycle
from bot.library import search, similar_incidents
from bot.rendering import render
from handlers.commands.call import CommandCall, CommandHandlers


def _search(call: CommandCall) -> str:
    typed = to_plain_text(call.rest, {})
    results = search.search(call.session, call.bot, call.actor, typed)
    return render.line("found", found=results, typed=typed, command=call.bot.policy.command)


def _similar(call: CommandCall) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    related = similar_incidents.find_similar(call.session, call.bot, incident)
    return render.line(
        "similar", incident=incident, related=related, command=call.bot.policy.command
    )


COMMAND_HANDLERS: CommandHandlers = {
    "similar": _similar,
    "search": _search,
}
