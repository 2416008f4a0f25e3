"""`/incident` commands that run an incident, from declaring to resolving it."""

from bot.channels import incident_channel
from bot.domain.errors import NotAChoice
from bot.domain.severity_words import parse_severity, take_severity
from bot.incidents import lifecycle, roles, update_parsing
from bot.incidents import status_updates as use
from bot.rendering import render
from handlers.commands import action_text
from handlers.commands.call import CommandCall, CommandHandlers
from storage import requirement_decisions


def _declare(call: CommandCall) -> str:
    found, title = take_severity(call.rest)
    incident = lifecycle.declare(call.session, call.actor, title, found)
    return render.line("declared", incident=incident)


def _private(call: CommandCall) -> str:
    found, title = take_severity(call.rest)
    incident = lifecycle.declare(call.session, call.actor, title, found, private=True)
    return render.line("declared", incident=incident)


def _adopt_channel(call: CommandCall) -> str:
    if call.actor.incident_id is not None:
        incident = incident_channel.give(call.session, call.bot, call.actor, call.channel)
    else:
        said = take_severity(call.rest)
        incident = incident_channel.adopt(call.session, call.bot, call.actor, call.channel, said)
    return render.line("adopted", incident=incident, days=lifecycle.FETCHED_HISTORY.days)


def _set_severity(call: CommandCall) -> str:
    wanted = parse_severity(call.require())
    if wanted is None:
        levels = [f"{level} ({meaning})" for level, meaning in call.bot.policy.severities.items()]
        raise NotAChoice(
            given=render.quoted(call.rest, {}, 100), what="severity", choices="; ".join(levels)
        )
    incident = lifecycle.set_severity(call.session, call.bot, call.actor, wanted)
    return render.line("changed", incident=incident, what="severity", value=wanted)


def _status(call: CommandCall) -> str:
    incident = lifecycle.set_status(call.session, call.bot, call.actor, call.require())
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _update(call: CommandCall) -> str:
    update = update_parsing.parse_update(call.require())
    incident = use.post(call.session, call.bot, call.actor, update)
    return render.line("updated", incident=incident)


def _lead(call: CommandCall) -> str:
    return _assign_role(call, "lead", call.rest)


def _role(call: CommandCall) -> str:
    role, _, rest = call.require().partition(" ")
    return _assign_role(call, role.lower(), rest)


def _assign_role(call: CommandCall, role: str, rest: str) -> str:
    person = action_text.parse_one_person(rest) if rest.strip() else call.actor.person
    incident = roles.assign(call.session, call.bot, call.actor, role, person)
    told = {"help": call.bot.policy.roles[role], "told": person != call.actor.person}
    return render.line("assigned", incident=incident, role=role, person=person, **told)


def _resolve(call: CommandCall) -> str:
    incident = lifecycle.resolve(call.session, call.bot, call.actor, call.rest)
    skipped = requirement_decisions.find_waiver(call.session, incident.id)
    command = call.bot.policy.command
    return render.line("resolved", incident=incident, skipped=skipped, command=command)


def _reopen(call: CommandCall) -> str:
    incident = lifecycle.reopen(call.session, call.bot, call.actor, call.rest)
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _cancel(call: CommandCall) -> str:
    incident = lifecycle.cancel(call.session, call.bot, call.actor, call.rest)
    return render.line("changed", incident=incident, what="status", value=incident.status)


COMMAND_HANDLERS: CommandHandlers = {
    "declare": _declare,
    "private": _private,
    "here": _adopt_channel,
    "sev": _set_severity,
    "status": _status,
    "update": _update,
    "lead": _lead,
    "role": _role,
    "resolve": _resolve,
    "reopen": _reopen,
    "cancel": _cancel,
}
