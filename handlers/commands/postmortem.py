"""`/incident` commands for follow-up: postmortem, wording check, out of office, digest, figures."""

from collections.abc import Callable
from datetime import date

from bot.action_items.due_dates import parse_due_date
from bot.blameless.language import find_blame
from bot.domain import commands as words
from bot.domain.errors import NotAChoice, NotADay
from bot.domain.markup import find_references, to_plain_text
from bot.incidents import lifecycle, permalinks
from bot.people import working_hours
from bot.postmortems import drafts, requirement
from bot.reminders import home_tab_content
from bot.rendering import render
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import load_schedule
from handlers.commands.call import CommandCall, CommandHandlers, Form
from handlers.commands.review import REVIEW_COMMANDS
from handlers.views.answer import MessageReply
from handlers.views.forms import digest
from handlers.views.report_layouts import get_monthly_facts
from storage import postmortems as postmortems_stored
from storage import requirement_decisions, reviews
from storage.people import names

MAX_FINDINGS = 6  # with its reason and a better wording, each takes three lines


def _away(call: CommandCall) -> str:
    """Set or clear the actor's out of office, or show it if nothing follows the command."""
    person, at = call.actor.person, call.actor.at
    if call.rest:
        home_tab_content.set_leave(call.session, call.bot, person, _parse_return_date(call), at)
    back_on = working_hours.away_until(call.session, call.bot, person, at)
    return render.line("away", back_on=back_on, command=call.bot.policy.command)


def _parse_return_date(call: CommandCall) -> date | None:
    said = call.rest.lower().removeprefix("until ").strip()
    if said in {"off", "back", "no", "none"}:
        return None
    today = working_hours.today_of(call.session, call.bot, call.actor.person, call.actor.at)
    until = parse_due_date(said, today=today)
    if until is None:
        raise NotADay(given=call.rest, command=call.bot.policy.command)
    return until


def _postmortem(call: CommandCall) -> str | MessageReply:
    lifecycle.require_incident(call.session, call.bot, call.actor)
    word, why = words.split_postmortem_action(call.rest)
    if word not in _POSTMORTEM_ACTIONS:
        choices = ", ".join(name for name in _POSTMORTEM_ACTIONS if name)
        raise NotAChoice(
            given=render.quoted(call.rest, {}, 100), what="word after `postmortem`", choices=choices
        )
    return _POSTMORTEM_ACTIONS[word](call, why)


def _show_postmortem(call: CommandCall, _why: str) -> str:
    incident = lifecycle.require_incident(call.session, call.bot, call.actor)
    skipped = requirement_decisions.find_waiver(call.session, incident.id)
    asked = None if skipped else requirement_decisions.find_request(call.session, incident.id)
    told = render.line("skipped", incident=incident, skipped=skipped, asked=asked)
    kept = postmortems_stored.latest(call.session, incident.id)
    if kept is None and told:
        return told
    postmortem = kept or drafts.latest(call.session, incident)
    link = permalinks.for_postmortem(call.session, postmortem.incident_id)
    return render.line(
        "postmortem",
        incident=incident,
        postmortem=postmortem,
        state=reviews.of_incident(call.session, incident.id).state,
        link=link,
        told=render.MarkupText(told),
        command=call.bot.policy.command,
    )


def _check(call: CommandCall) -> str:
    if call.rest:
        known = names(call.session, find_references(call.rest))
        found = find_blame(to_plain_text(call.rest, known), [*known.values()])
        return render.line("checked_sentence", findings=found[:MAX_FINDINGS])
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


def _draft_again(call: CommandCall, _why: str) -> str:
    incident, drafting = drafts.request_redraft(call.session, call.bot, call.actor)
    if drafting:
        return render.line("drafting_again", incident=incident)
    return render.line("asked", incident=incident, drafting=False, drafted=False)


def _ask_for_postmortem(call: CommandCall, why: str) -> str:
    incident, drafting = requirement.require(call.session, call.bot, call.actor, why)
    kept = postmortems_stored.latest(call.session, incident.id) is not None
    facts = {"drafting": drafting, "drafted": kept, "command": call.bot.policy.command}
    return render.line("asked", incident=incident, **facts)


def _skip_postmortem(call: CommandCall, why: str) -> str:
    incident = requirement.skip(call.session, call.bot, call.actor, why)
    against = drafts.requirement_reasons(call.session, call.bot, incident)
    drafted = postmortems_stored.latest(call.session, incident.id) is not None
    command = call.bot.policy.command
    return render.line(
        "skipping", incident=incident, reasons=against, drafted=drafted, command=command
    )


def _digest(call: CommandCall) -> str | Form:
    if call.rest.strip().lower() == "settings":
        plan = load_schedule(call.session, call.bot)
        return Form(digest.settings(plan), render.line("digest_plan", plan=plan))
    made = weekly_digest.current_figures(call.session, call.bot, call.actor.at)
    return render.line("digest_now", figures=made)


def _figures(call: CommandCall) -> str:
    months = monthly.find_requested(call.session, call.bot, call.rest.strip(), call.actor.at)
    return render.message("monthly", **get_monthly_facts(months)).text


_POSTMORTEM_ACTIONS: dict[str, Callable[[CommandCall, str], str | MessageReply]] = {
    "": _show_postmortem,
    "again": _draft_again,
    "ask": _ask_for_postmortem,
    "skip": _skip_postmortem,
    **REVIEW_COMMANDS,
}
COMMAND_HANDLERS: CommandHandlers = {
    "away": _away,
    "postmortem": _postmortem,
    "check": _check,
    "digest": _digest,
    "figures": _figures,
}
