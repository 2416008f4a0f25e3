"""`/incident` words of the follow-up: the postmortem, its check, being away, the digest."""

from collections.abc import Callable
from datetime import date

from bot import (
    digests,
    homes,
    hours,
    incidents,
    monthly,
    needs,
    places,
    postmortems,
    render,
)
from bot.domain import commands as words
from bot.domain.checking.language import blame
from bot.domain.errors import NotAChoice, NotADay
from bot.domain.markup import plain, referenced
from bot.due_dates import understand
from bot.rhythm import rhythm
from handlers.answers.call import Answers, Call, Form
from handlers.answers.reviewing import REVIEWING
from handlers.digest_layouts import told_of
from handlers.forms import digest
from handlers.shown import Shown
from storage import decisions, reviews
from storage import postmortems as postmortems_stored
from storage.people import names

SHOWN_FINDINGS = 6  # with the reason and a better sentence each is three lines


def _away(call: Call) -> str:
    """Say until when one is away, that one is back, or how that stands."""
    person, at = call.asker.person, call.asker.at
    if call.rest:
        homes.set_leave(call.session, call.bot, person, _leave(call), at)
    back_on = hours.away_until(call.session, call.bot, person, at)
    return render.line("away", back_on=back_on, command=call.bot.policy.command)


def _leave(call: Call) -> date | None:
    said = call.rest.lower().removeprefix("until ").strip()
    if said in {"off", "back", "no", "none"}:
        return None
    today = hours.today_of(call.session, call.bot, call.asker.person, call.asker.at)
    until = understand(said, today=today)
    if until is None:
        raise NotADay(given=call.rest, command=call.bot.policy.command)
    return until


def _postmortem(call: Call) -> str | Shown:
    incidents.here(call.session, call.bot, call.asker)
    word, why = words.after_postmortem(call.rest)
    if word not in _POSTMORTEM:
        choices = ", ".join(name for name in _POSTMORTEM if name)
        raise NotAChoice(
            given=render.quoted(call.rest, {}, 100), what="word after `postmortem`", choices=choices
        )
    return _POSTMORTEM[word](call, why)


def _show_postmortem(call: Call, _why: str) -> str:
    incident = incidents.here(call.session, call.bot, call.asker)
    skipped = decisions.waived(call.session, incident.id)
    asked = None if skipped else decisions.asked(call.session, incident.id)
    told = render.line("skipped", incident=incident, skipped=skipped, asked=asked)
    kept = postmortems_stored.latest(call.session, incident.id)
    if kept is None and told:
        return told
    postmortem = kept or postmortems.latest(call.session, incident)
    link = places.postmortem(call.session, postmortem.incident_id)
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
    incident = incidents.here(call.session, call.bot, call.asker)
    postmortem = postmortems.latest(call.session, incident)
    blaming, others = postmortems.findings(postmortem)
    return render.line(
        "checked",
        incident=incident,
        version=postmortem.version,
        blaming=len(blaming),
        total=len(blaming) + len(others),
        findings=[*blaming, *others][:SHOWN_FINDINGS],
        link=places.postmortem(call.session, postmortem.incident_id),
    )


def _draft_again(call: Call, _why: str) -> str:
    incident, drafting = postmortems.again(call.session, call.bot, call.asker)
    if drafting:
        return render.line("drafting_again", incident=incident)
    return render.line("asked", incident=incident, drafting=False, drafted=False)


def _ask_for_postmortem(call: Call, why: str) -> str:
    incident, drafting = needs.ask(call.session, call.bot, call.asker, why)
    kept = postmortems_stored.latest(call.session, incident.id) is not None
    facts = {"drafting": drafting, "drafted": kept, "command": call.bot.policy.command}
    return render.line("asked", incident=incident, **facts)


def _skip_postmortem(call: Call, why: str) -> str:
    incident = needs.skip(call.session, call.bot, call.asker, why)
    against = postmortems.reasons(call.session, call.bot, incident)
    drafted = postmortems_stored.latest(call.session, incident.id) is not None
    command = call.bot.policy.command
    return render.line(
        "skipping", incident=incident, reasons=against, drafted=drafted, command=command
    )


def _digest(call: Call) -> str | Form:
    if call.rest.strip().lower() == "settings":
        plan = rhythm(call.session, call.bot)
        return Form(digest.settings(plan), render.line("digest_plan", plan=plan))
    made = digests.current(call.session, call.bot, call.asker.at)
    return render.line("digest_now", figures=made)


def _figures(call: Call) -> str:
    months = monthly.asked(call.session, call.bot, call.rest.strip(), call.asker.at)
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
