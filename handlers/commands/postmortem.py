"""`/incident` commands for the postmortem: show, redraft, require, skip, review, and check its wording."""

from collections.abc import Callable

from bot.blameless.language import find_blame
from bot.domain import commands as words
from bot.domain.errors import NotAChoice
from bot.domain.incident import Incident
from bot.domain.markup import MarkupText, find_references, to_plain_text
from bot.incidents import lifecycle, permalinks
from bot.postmortems import drafts, requirement
from bot.rendering import render, text_filters
from handlers.commands.call import CommandCall, CommandHandlers
from handlers.commands.review import REVIEW_COMMANDS
from handlers.views.reply import MessageReply
from storage import postmortems as postmortems_stored
from storage import requirement_decisions, reviews
from storage.people import names

MAX_FINDINGS = 6  # with its reason and a better wording, each takes three lines


def _postmortem(call: CommandCall) -> str | MessageReply:
    lifecycle.require_incident(call.session, call.bot, call.actor)
    word, reason = words.split_postmortem_action(call.rest)
    if word not in _POSTMORTEM_ACTIONS:
        choices = ", ".join(name for name in _POSTMORTEM_ACTIONS if name)
        raise NotAChoice(
            given=text_filters.quoted(call.rest, {}, 100),
            what="word after `postmortem`",
            choices=choices,
        )
    return _POSTMORTEM_ACTIONS[word](call, reason)


def _show_postmortem(call: CommandCall, _reason: str) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    skipped = requirement_decisions.find_waiver(call.session, incident.id)
    request = None if skipped else requirement_decisions.find_request(call.session, incident.id)
    decision = render.line("skipped", incident=incident, skipped=skipped, asked=request)
    saved = postmortems_stored.latest(call.session, incident.id)
    if saved is None and decision:
        return decision
    postmortem = saved or drafts.latest(call.session, incident)
    link = permalinks.for_postmortem(call.session, postmortem.incident_id)
    return render.line(
        "postmortem",
        incident=incident,
        postmortem=postmortem,
        state=reviews.of_incident(call.session, incident.id).state,
        link=link,
        told=MarkupText(decision),
        command=call.bot.policy.command,
    )


def _check(call: CommandCall) -> str:
    if call.rest:
        known = names(call.session, find_references(call.rest))
        findings = find_blame(to_plain_text(call.rest, known), [*known.values()])
        return render.line("checked_sentence", findings=findings[:MAX_FINDINGS])
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    postmortem = drafts.latest(call.session, incident)
    blaming, others = drafts.check_text(postmortem)
    return render.line(
        "checked",
        incident=incident,
        version=postmortem.version,
        blaming=len(blaming),
        total=len(blaming) + len(others),
        findings=[*blaming, *others][:MAX_FINDINGS],
        link=permalinks.for_postmortem(call.session, postmortem.incident_id),
    )


def _redraft(call: CommandCall, _reason: str) -> str:
    incident, drafting = drafts.request_redraft(call.session, call.bot, call.actor)
    if drafting:
        return render.line("drafting_again", incident=incident)
    return render.line("asked", incident=incident, drafting=False, drafted=False)


def _require_postmortem(call: CommandCall, reason: str) -> str:
    incident, drafting = requirement.require(call.session, call.bot, call.actor, reason)
    drafted = _has_draft(call, incident)
    facts = {"drafting": drafting, "drafted": drafted, "command": call.bot.policy.command}
    return render.line("asked", incident=incident, **facts)


def _skip_postmortem(call: CommandCall, reason: str) -> str:
    incident = requirement.skip(call.session, call.bot, call.actor, reason)
    facts = {
        "reasons": drafts.requirement_reasons(call.session, call.bot, incident),
        "drafted": _has_draft(call, incident),
        "command": call.bot.policy.command,
    }
    return render.line("skipping", incident=incident, **facts)


def _has_draft(call: CommandCall, incident: Incident) -> bool:
    return postmortems_stored.latest(call.session, incident.id) is not None


_POSTMORTEM_ACTIONS: dict[str, Callable[[CommandCall, str], str | MessageReply]] = {
    "": _show_postmortem,
    "again": _redraft,
    "request": _require_postmortem,
    "skip": _skip_postmortem,
    **REVIEW_COMMANDS,
}
COMMAND_HANDLERS: CommandHandlers = {
    "postmortem": _postmortem,
    "check": _check,
}
