"""`/incident` words that run an incident: from declaring to its end."""

from bot import incident_channels, incidents, render, roles
from bot import updates as use
from bot.domain import updates
from bot.domain.errors import NotAChoice
from bot.domain.severity_words import severity, take_severity
from handlers import action_words
from handlers.answers.call import Answers, Call
from storage import decisions


def _declare(call: Call) -> str:
    found, title = take_severity(call.rest)
    incident = incidents.declare(call.session, call.asker, title, found)
    return render.line("declared", incident=incident)


def _private(call: Call) -> str:
    found, title = take_severity(call.rest)
    incident = incidents.declare(call.session, call.asker, title, found, private=True)
    return render.line("declared", incident=incident)


def _here(call: Call) -> str:
    if call.asker.incident_id is not None:
        incident = incident_channels.give(call.session, call.bot, call.asker, call.channel)
    else:
        said = take_severity(call.rest)
        incident = incident_channels.adopt(call.session, call.bot, call.asker, call.channel, said)
    return render.line("adopted", incident=incident, days=incidents.HISTORY.days)


def _sev(call: Call) -> str:
    wanted = severity(call.require())
    if wanted is None:
        levels = [f"{level} ({meaning})" for level, meaning in call.bot.policy.severities.items()]
        raise NotAChoice(
            given=render.quoted(call.rest, {}, 100), what="severity", choices="; ".join(levels)
        )
    incident = incidents.set_severity(call.session, call.bot, call.asker, wanted)
    return render.line("changed", incident=incident, what="severity", value=wanted)


def _status(call: Call) -> str:
    incident = incidents.set_status(call.session, call.bot, call.asker, call.require())
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _update(call: Call) -> str:
    update = updates.read(call.require())
    incident = use.give(call.session, call.bot, call.asker, update)
    return render.line("updated", incident=incident)


def _lead(call: Call) -> str:
    return _give_role(call, "lead", call.rest)


def _role(call: Call) -> str:
    role, _, rest = call.require().partition(" ")
    return _give_role(call, role.lower(), rest)


def _give_role(call: Call, role: str, rest: str) -> str:
    person = action_words.one_person(rest) if rest.strip() else call.asker.person
    incident = roles.assign(call.session, call.bot, call.asker, role, person)
    told = {"help": call.bot.policy.roles[role], "told": person != call.asker.person}
    return render.line("assigned", incident=incident, role=role, person=person, **told)


def _resolve(call: Call) -> str:
    incident = incidents.resolve(call.session, call.bot, call.asker, call.rest)
    skipped = decisions.waived(call.session, incident.id)
    command = call.bot.policy.command
    return render.line("resolved", incident=incident, skipped=skipped, command=command)


def _reopen(call: Call) -> str:
    incident = incidents.reopen(call.session, call.bot, call.asker, call.rest)
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _cancel(call: Call) -> str:
    incident = incidents.cancel(call.session, call.bot, call.asker, call.rest)
    return render.line("changed", incident=incident, what="status", value=incident.status)


ANSWERS: Answers = {
    "declare": _declare,
    "private": _private,
    "here": _here,
    "sev": _sev,
    "status": _status,
    "update": _update,
    "lead": _lead,
    "role": _role,
    "resolve": _resolve,
    "reopen": _reopen,
    "cancel": _cancel,
}
