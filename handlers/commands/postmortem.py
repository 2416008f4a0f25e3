"""`/incident` words of the follow-up: the postmortem, its check, being away, the digest."""

from collections.abc import Callable
from datetime import date

from bot.action_items.due_dates import understand
from bot.blameless.language import blame
from bot.domain import commands as words
from bot.domain.errors import NotAChoice, NotADay
from bot.domain.markup import plain, referenced
from bot.incidents import lifecycle, permalinks
from bot.people import working_hours
from bot.postmortems import drafts, requirement
from bot.reminders import home_tab_content
from bot.rendering import render
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import rhythm
from handlers.commands.call import Answers, Call, Form
from handlers.commands.review import REVIEWING
from handlers.views.answer import Shown
from handlers.views.forms import digest
from handlers.views.report_layouts import told_of
from storage import postmortems as postmortems_stored
from storage import requirement_decisions, reviews
from storage.people import names

SHOWN_FINDINGS = 6  # with the reason and a better sentence each is three lines


def _away(call: Call) -> str:
    """Say until when one is away, that one is back, or how that stands."""
    person, at = call.actor.person, call.actor.at
    if call.rest:
        home_tab_content.set_leave(call.session, call.bot, person, _leave(call), at)
    back_on = working_hours.away_until(call.session, call.bot, person, at)
    return render.line("away", back_on=back_on, command=call.bot.policy.command)


def _leave(call: Call) -> date | None:
    said = call.rest.lower().removeprefix("until ").strip()
    if said in {"off", "back", "no", "none"}:
        return None
    today = working_hours.today_of(call.session, call.bot, call.actor.person, call.actor.at)
    until = understand(said, today=today)
    if until is None:
        raise NotADay(given=call.rest, command=call.bot.policy.command)
    return until


def _postmortem(call: Call) -> str | Shown:
    lifecycle.here(call.session, call.bot, call.actor)
    word, why = words.after_postmortem(call.rest)
    if word not in _POSTMORTEM:
        choices = ", ".join(name for name in _POSTMORTEM if name)
        raise NotAChoice(
            given=render.quoted(call.rest, {}, 100), what="word after `postmortem`", choices=choices
        )
    return _POSTMORTEM[word](call, why)


def _show_postmortem(call: Call, _why: str) -> str:
    incident = lifecycle.here(call.session, call.bot, call.actor)
    skipped = requirement_decisions.waived(call.session, incident.id)
    asked = None if skipped else requirement_decisions.asked(call.session, incident.id)
    told = render.line("skipped", incident=incident, skipped=skipped, asked=asked)
    kept = postmortems_stored.latest(call.session, incident.id)
    if kept is None and told:
        return told
    postmortem = kept or drafts.latest(call.session, incident)
    link = permalinks.postmortem(call.session, postmortem.incident_id)
    return render.line(
        "postmortem",
        incident=incident,
        postmortem=postmortem,
        state=reviews.of_incident(call.session, incident.id).state,
        link=link,
        told=render.Ready(told),
        command=call.bot.policy.command,
    )


def _check(call: Call) -> str:
    if call.rest:
        known = names(call.session, referenced(call.rest))
        found = blame(plain(call.rest, known), [*known.values()])
        return render.line("checked_sentence", findings=found[:SHOWN_FINDINGS])
    incident = lifecycle.here(call.session, call.bot, call.actor)
    postmortem = drafts.latest(call.session, incident)
    blaming, others = drafts.findings(postmortem)
    return render.line(
        "checked",
        incident=incident,
        version=postmortem.version,
        blaming=len(blaming),
        total=len(blaming) + len(others),
        findings=[*blaming, *others][:SHOWN_FINDINGS],
        link=permalinks.postmortem(call.session, postmortem.incident_id),
    )


def _draft_again(call: Call, _why: str) -> str:
    incident, drafting = drafts.again(call.session, call.bot, call.actor)
    if drafting:
        return render.line("drafting_again", incident=incident)
    return render.line("asked", incident=incident, drafting=False, drafted=False)


def _ask_for_postmortem(call: Call, why: str) -> str:
    incident, drafting = requirement.ask(call.session, call.bot, call.actor, why)
    kept = postmortems_stored.latest(call.session, incident.id) is not None
    facts = {"drafting": drafting, "drafted": kept, "command": call.bot.policy.command}
    return render.line("asked", incident=incident, **facts)


def _skip_postmortem(call: Call, why: str) -> str:
    incident = requirement.skip(call.session, call.bot, call.actor, why)
    against = drafts.reasons(call.session, call.bot, incident)
    drafted = postmortems_stored.latest(call.session, incident.id) is not None
    command = call.bot.policy.command
    return render.line(
        "skipping", incident=incident, reasons=against, drafted=drafted, command=command
    )


def _digest(call: Call) -> str | Form:
    if call.rest.strip().lower() == "settings":
        plan = rhythm(call.session, call.bot)
        return Form(digest.settings(plan), render.line("digest_plan", plan=plan))
    made = weekly_digest.current(call.session, call.bot, call.actor.at)
    return render.line("digest_now", figures=made)


def _figures(call: Call) -> str:
    months = monthly.asked(call.session, call.bot, call.rest.strip(), call.actor.at)
    return render.message("monthly", **told_of(months)).text


_POSTMORTEM: dict[str, Callable[[Call, str], str | Shown]] = {
    "": _show_postmortem,
    "again": _draft_again,
    "ask": _ask_for_postmortem,
    "skip": _skip_postmortem,
    **REVIEWING,
}
ANSWERS: Answers = {
    "away": _away,
    "postmortem": _postmortem,
    "check": _check,
    "digest": _digest,
    "figures": _figures,
}
