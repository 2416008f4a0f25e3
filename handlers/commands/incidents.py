"""`/incident` commands that run an incident, from declaring to resolving it, and list open ones."""

from functools import partial

from bot.channels import incident_channel
from bot.domain.errors import NotAChoice
from bot.domain.incident import LEAD_ROLE, Incident
from bot.domain.severity_words import parse_severity, take_severity
from bot.incidents import lifecycle, roles, status_updates, update_parsing
from bot.rendering import render, text_filters
from handlers.commands import action_text
from handlers.commands.call import MAX_LISTED, CommandCall, CommandHandlers
from storage import open_incidents, requirement_decisions


def _declare(call: CommandCall, *, private: bool = False) -> str:
    severity, title = take_severity(call.rest)
    incident = lifecycle.declare(call.session, call.actor, title, severity, private=private)
    return render.line("declared", incident=incident)


def _adopt_channel(call: CommandCall) -> str:
    if call.actor.incident_id is not None:
        incident = incident_channel.assign_channel(call.session, call.bot, call.actor, call.channel)
    else:
        typed = take_severity(call.rest)
        incident = incident_channel.adopt(call.session, call.bot, call.actor, call.channel, typed)
    return render.line("adopted", incident=incident, days=lifecycle.FETCHED_HISTORY.days)


def _set_severity(call: CommandCall) -> str:
    severity = parse_severity(call.require())
    if severity is None:
        levels = [f"{level} ({meaning})" for level, meaning in call.bot.policy.severities.items()]
        raise NotAChoice(
            given=text_filters.quoted(call.rest, {}, 100),
            what="severity",
            choices="; ".join(levels),
        )
    incident = lifecycle.set_severity(call.session, call.bot, call.actor, severity)
    return render.line("changed", incident=incident, what="severity", value=severity)


def _set_status(call: CommandCall) -> str:
    return _render_status(lifecycle.set_status(call.session, call.bot, call.actor, call.require()))


def _post_update(call: CommandCall) -> str:
    update = update_parsing.parse_update(call.require())
    incident = status_updates.post(call.session, call.bot, call.actor, update)
    return render.line("updated", incident=incident)


def _assign_lead(call: CommandCall) -> str:
    return _assign(call, LEAD_ROLE, call.rest)


def _assign_role(call: CommandCall) -> str:
    role, _, rest = call.require().partition(" ")
    return _assign(call, role.lower(), rest)


def _assign(call: CommandCall, role: str, rest: str) -> str:
    person = action_text.parse_one_person(rest) if rest.strip() else call.actor.person
    incident = roles.assign(call.session, call.bot, call.actor, role, person)
    facts = {"help": call.bot.policy.roles[role], "told": person != call.actor.person}
    return render.line("assigned", incident=incident, role=role, person=person, **facts)


def _resolve(call: CommandCall) -> str:
    incident = lifecycle.resolve(call.session, call.bot, call.actor, call.rest)
    skipped = requirement_decisions.find_waiver(call.session, incident.id)
    command = call.bot.policy.command
    return render.line("resolved", incident=incident, skipped=skipped, command=command)


def _reopen(call: CommandCall) -> str:
    return _render_status(lifecycle.reopen(call.session, call.bot, call.actor, call.rest))


def _cancel(call: CommandCall) -> str:
    return _render_status(lifecycle.cancel(call.session, call.bot, call.actor, call.rest))


def _render_status(incident: Incident) -> str:
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _list(call: CommandCall) -> str:
    listing = open_incidents.public(call.session, MAX_LISTED)
    return render.line(
        "incidents", incidents=listing.incidents, more=listing.more, command=call.bot.policy.command
    )


COMMAND_HANDLERS: CommandHandlers = {
    "declare": _declare,
    "private": partial(_declare, private=True),
    "here": _adopt_channel,
    "sev": _set_severity,
    "status": _set_status,
    "update": _post_update,
    "lead": _assign_lead,
    "role": _assign_role,
    "resolve": _resolve,
    "reopen": _reopen,
    "cancel": _cancel,
    "list": _list,
}
