"""`/incident catchup`: show an incident's current state."""

from bot.incidents import lifecycle
from handlers.commands.call import CommandCall, CommandHandlers
from handlers.interactions.catch_up import render_catch_up


def _catch_up(call: CommandCall) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    return render_catch_up(call.session, call.bot, incident, call.actor.at)


COMMAND_HANDLERS: CommandHandlers = {"catchup": _catch_up}
