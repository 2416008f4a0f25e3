"""`/incident`: one word decides which use case runs; the answer is for the asker only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot import action_items, digests, incidents, needs, postmortems, render, timeline
from bot.domain import commands as words
from bot.domain.asker import Asker
from bot.domain.checking.language import blame
from bot.domain.clock_words import take_time
from bot.domain.errors import NotAChoice, NothingSaid
from bot.domain.markup import mentioned, plain
from bot.domain.severity_words import severity, take_severity
from bot.domain.timeline import Kind
from bot.environment import Bot
from bot.reminders import zone_of
from handlers import action_words, channels, payloads
from storage import action_items as items_stored
from storage import decisions, deliveries
from storage import incidents as stored
from storage import postmortems as postmortems_stored
from storage import timeline as events
from storage.engine import Session
from storage.people import names

SHOWN_FINDINGS = 8  # with the reason and a better sentence each is three lines
SHOWN = 20  # entries of a list that still fit one ephemeral message


@dataclass(frozen=True)
class Call:
    """One command on its way: the open transaction, the bot, who asks, and the rest of the line."""

    session: Session
    bot: Bot
    asker: Asker
    word: words.Word
    rest: str
    channel: tuple[str, bool] = ("", False)

    def require(self) -> str:
        """The rest of the line, which must not be empty."""
        if not self.rest:
            raise NothingSaid(command=self.bot.policy.command, usage=self.word.usage)
        return self.rest


def on_command(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    asker, text = payloads.command(body, bot.now())
    word, rest = words.parse(text)
    if word is None or word.name == "help":
        ack(help_text(bot, "" if word else plain(text, {})))
        return
    channel = ("", False)
    if word.name == "here":  # asked of Slack before the transaction, which must stay short
        channel = channels.enter(client, asker.channel_id, bot.policy.command)
    with bot.store.begin() as session:
        timeline.meet(session, asker.person, asker.at)
        if deliveries.is_new(session, asker.request_id, asker.at):
            answer = _ANSWERS[word.name](Call(session, bot, asker, word, rest, channel))
        else:
            answer = render.line("repeated")
    ack(answer)


def help_text(bot: Bot, unknown: str) -> str:
    groups = dict.fromkeys(word.group for word in words.WORDS)
    grouped = [(group, [w for w in words.WORDS if w.group == group]) for group in groups]
    return render.line("help", command=bot.policy.command, groups=grouped, unknown=unknown)


def _declare(call: Call) -> str:
    found, title = take_severity(call.rest)
    incident = incidents.declare(call.session, call.asker, title, found)
    return render.line("declared", incident=incident)


def _here(call: Call) -> str:
    said = take_severity(call.rest)
    incident = incidents.adopt(call.session, call.bot, call.asker, call.channel, said)
    return render.line("adopted", incident=incident, days=incidents.HISTORY.days)


def _sev(call: Call) -> str:
    wanted = severity(call.require())
    if wanted is None:
        levels = [f"{level} ({meaning})" for level, meaning in call.bot.policy.severities.items()]
        raise NotAChoice(given=call.rest, what="severity", choices="; ".join(levels))
    incident = incidents.set_severity(call.session, call.bot, call.asker, wanted)
    return render.line("changed", incident=incident, what="severity", value=wanted)


def _status(call: Call) -> str:
    incident = incidents.set_status(call.session, call.bot, call.asker, call.require())
    return render.line("changed", incident=incident, what="status", value=incident.status)


def _lead(call: Call) -> str:
    return _give_role(call, "lead", call.rest)


def _role(call: Call) -> str:
    role, _, rest = call.require().partition(" ")
    return _give_role(call, role.lower(), rest)


def _give_role(call: Call, role: str, rest: str) -> str:
    person = action_words.one_person(rest) if rest.strip() else call.asker.person
    incident = incidents.assign(call.session, call.bot, call.asker, role, person)
    help_line = call.bot.policy.roles[role]
    return render.line("assigned", incident=incident, role=role, person=person, help=help_line)


def _note(call: Call) -> str:
    zone = zone_of(call.session, call.bot, call.asker.person)
    at, text = take_time(call.require(), at=call.asker.at, zone=zone)
    if not text:
        raise NothingSaid(command=call.bot.policy.command, usage=call.word.usage)
    incident = incidents.here(call.session, call.bot, call.asker)
    timeline.deed(call.session, incident, call.asker, Kind.NOTE, text=text, happened_at=at)
    shown = {"text": text, "names": names(call.session, mentioned(text))}
    return render.line("noted", incident=incident, at=at or call.asker.at, **shown)


def _impact(call: Call) -> str:
    text = call.require()
    incident = incidents.note_impact(call.session, call.bot, call.asker, text)
    shown = {"text": text, "names": names(call.session, mentioned(text))}
    return render.line("impact_noted", incident=incident, **shown)


def _action(call: Call) -> str:
    today = action_items.today_of(call.session, call.bot, call.asker.person, call.asker.at)
    said = action_words.read(call.require(), today, call.bot.policy.command)
    item = action_items.add(
        call.session,
        call.bot,
        call.asker,
        said.text,
        owner=said.owner,
        due=said.due,
        priority=said.priority,
    )
    return render.line("item_added", item=item, phrase=said.phrase)


def _actions(call: Call) -> str:
    incident = stored.by_channel(call.session, call.asker.channel_id)
    if incident is None:
        items = items_stored.open_of_owner(call.session, call.asker.person)
        return render.line("own_items", items=items[:SHOWN], more=len(items) - SHOWN)
    items = items_stored.of_incident(call.session, incident.id)
    return render.line("items", incident=incident, items=items[:SHOWN], more=len(items) - SHOWN)


def _timeline(call: Call) -> str:
    incident = incidents.here(call.session, call.bot, call.asker)
    shown = events.latest(call.session, incident.id, SHOWN)
    people = [person for event in shown for person in mentioned(event.text)]
    return render.line(
        "timeline",
        incident=incident,
        events=shown,
        total=events.count(call.session, incident.id),
        names=names(call.session, people),
    )


def _postmortem(call: Call) -> str:
    incidents.here(call.session, call.bot, call.asker)
    word, why = words.after_postmortem(call.rest)
    if word not in _POSTMORTEM:
        choices = ", ".join(name for name in _POSTMORTEM if name)
        raise NotAChoice(given=call.rest, what="word after `postmortem`", choices=choices)
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
    link = postmortems.where(call.session, postmortem)
    return render.line(
        "postmortem",
        incident=incident,
        postmortem=postmortem,
        link=link,
        told=render.Ready(told),
        command=call.bot.policy.command,
    )


def _check(call: Call) -> str:
    if call.rest:
        known = names(call.session, mentioned(call.rest))
        found = blame(plain(call.rest, known), [*known.values()])
        return render.line("checked_sentence", findings=found)
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
        link=postmortems.where(call.session, postmortem),
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


_POSTMORTEM: dict[str, Callable[[Call, str], str]] = {
    "": _show_postmortem,
    "again": _draft_again,
    "ask": _ask_for_postmortem,
    "skip": _skip_postmortem,
}


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


def _list(call: Call) -> str:
    found = [i for i in stored.not_over(call.session) if not i.private]
    return render.line("incidents", incidents=found[:SHOWN], more=len(found) - SHOWN)


def _digest(call: Call) -> str:
    made = digests.current(call.session, call.bot, call.asker.at)
    return render.line("digest_now", figures=made)


_ANSWERS: dict[str, Callable[[Call], str]] = {
    "declare": _declare,
    "here": _here,
    "sev": _sev,
    "status": _status,
    "lead": _lead,
    "role": _role,
    "note": _note,
    "impact": _impact,
    "action": _action,
    "actions": _actions,
    "timeline": _timeline,
    "postmortem": _postmortem,
    "check": _check,
    "resolve": _resolve,
    "reopen": _reopen,
    "cancel": _cancel,
    "list": _list,
    "digest": _digest,
}
