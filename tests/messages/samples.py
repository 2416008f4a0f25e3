"""Every message, modal and Home tab, in its variants, by name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import render
from bot.domain.action_item import ItemState
from bot.domain.chunks import chunks
from bot.domain.incident import Severity, Status
from bot.domain.review import Step
from bot.domain.section import Section, SectionName
from bot.domain.timeline import Kind, Mark
from bot.homes import Home
from bot.postmortems import LONGEST_PART
from bot.sections import Doubts
from handlers import home_layout, layouts
from handlers.forms import declaring, incidents, items, marking, reviewing, sections, timeline
from handlers.forms.sections import About
from tests.messages.facts import (
    ANA,
    BEN,
    BOT,
    CHANNEL,
    COMMAND,
    LINK,
    MEI,
    NOON,
    POLICY,
    TODAY,
    Facts,
    figures,
)  # fmt: skip
from tests.messages.lines import answers
from tests.messages.shown import ANSWER, Shown, message, view

LATER = NOON + timedelta(minutes=30)
# Each kind of deed that is told in the channel, with what it set.
NOTICES = {
    Kind.SEVERITY: "P2", Kind.STATUS: "identified", Kind.UPDATE: "monitoring", Kind.ROLE: "scribe",
    Kind.MESSAGE: "", Kind.ALERT: "", Kind.RESOLVED: "", Kind.REOPENED: "", Kind.CANCELLED: "",
    Kind.SKIPPED: "", Kind.ASKED: "",
}  # fmt: skip


def every(facts: Facts) -> dict[str, Shown]:
    """All of them. The name begins with the template's, or with the form's module."""
    return {
        **dict(_messages(facts)),
        **{name: view(made) for name, made in _views(facts)},
        **{f"answers/{name}": Shown(ANSWER, text=text) for name, text in answers(facts).items()},
    }


def _messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    yield from _of_the_incident(facts)
    yield from _notices(facts)
    yield from _of_items(facts)
    yield from _summaries(facts)
    yield from _to_one_person(facts)


def _of_the_incident(facts: Facts) -> Iterator[tuple[str, Shown]]:
    running, over = facts.incident(update_due_at=LATER), facts.over()
    impact, update = facts.event(Kind.IMPACT, "impact"), facts.event(Kind.UPDATE, "update")
    cards = {
        "card": (running, impact, update),
        "card new": (facts.bare(), None, None),
        "card private": (facts.incident(private=True), None, None),
        "card over": (over, impact, update),
    }
    for name, (incident, said, told) in cards.items():
        meaning = POLICY.severities[incident.severity] if incident.severity else ""
        more = {"meaning": meaning, "impact": said, "update": told, "names": facts.names}
        made = render.message("card", incident=incident, command=COMMAND, **more)
        yield name, message(made, layouts.card(made, incident))
    shown = {"channel": CHANNEL, "names": facts.names}
    for name, incident, told in (
        ("announcement", running, update),
        ("announcement new", facts.bare(), None),
        ("announcement over", over, update),
    ):
        made = render.message("announcement", incident=incident, update=told, **shown)
        yield name, message(made, layouts.announcement(made))


def _notices(facts: Facts) -> Iterator[tuple[str, Shown]]:
    word = {Kind.UPDATE: "update", Kind.MESSAGE: "said", Kind.ALERT: "said"}
    for kind, detail in NOTICES.items():
        event = facts.event(kind, word.get(kind, "reason"), detail=detail)
        due = LATER if kind is Kind.UPDATE else None
        yield f"notice {kind}", _notice(facts, event, due=due, person=BEN, former=MEI)
    for step in Step:
        event = facts.event(Kind.REVIEW, "reason", detail=step)
        yield f"notice {step}", _notice(facts, event, author=ANA, link=LINK, alone=True)
    quiet = {"text": "", "detail": ""}
    for kind in (Kind.RESOLVED, Kind.ASKED):
        yield f"notice {kind} silently", _notice(facts, facts.event(kind, **quiet), drafts=False)


def _notice(facts: Facts, event: Any, **more: Any) -> Shown:
    usual: dict[str, Any] = {
        "person": event.author, "former": None, "drafts": True, "due": None, "alone": False,
        "link": LINK, "author": None, "names": facts.names, "command": COMMAND,
    }  # fmt: skip
    made = render.message("notice", incident=facts.incident(), event=event, **usual | more)
    return message(made, layouts.notice(made))


def _of_items(facts: Facts) -> Iterator[tuple[str, Shown]]:
    suggested = {"state": ItemState.SUGGESTED}
    kinds = {
        "item": facts.item(),
        "item without owner": facts.unowned(),
        "item suggested": facts.item(**suggested),
        "item suggested to nobody": facts.unowned(**suggested),
        "item done": facts.done(),
        "item dropped": facts.item(state=ItemState.DROPPED),
    }
    for name, item in kinds.items():
        made = render.message("item", item=item, incident=facts.incident())
        yield name, message(made, layouts.item(made, item))
        made = render.message("item_thread", item=item, link=LINK, asked=ANA)
        yield name.replace("item", "item_thread", 1), message(made, layouts.notice(made))
    incident, late = facts.incident(), [*facts.items(6), facts.unowned()]
    lists = {
        "digest": (figures(), figures(done=7), late),
        "digest first": (figures(fell_due=0), None, []),
    }
    for name, (now, before, overdue) in lists.items():
        listed = [(each, incident.key) for each in overdue if each.due]
        given = {"week": "2026-W12", "now": now, "before": before, "late": listed, "today": TODAY}
        made = render.message("digest", **given)
        yield name, message(made, layouts.digest(made))


def _summaries(facts: Facts) -> Iterator[tuple[str, Shown]]:
    waived = {"waived": {"by": facts.say("name"), "because": facts.say("reason")}}
    not_needed = {"waived": None, "needed": False, "reasons": [], "unknown": [{"text": "who paid"}]}
    bare = facts.draft(summary=[], moments={}, need=None, open_questions=[], sections={})
    steps = (Step.SUBMITTED, Step.APPROVED, Step.FINAL)
    kinds = {
        "summary": (facts.draft(), facts.review(), 2),
        "summary bare": (bare, facts.review(), 0),
        "summary waived": (facts.draft(need=waived), facts.review(), 0),
        "summary not needed": (facts.draft(need=not_needed), facts.review(), 0),
        "summary in review": (facts.draft(), facts.review(*steps[:1]), 1),
        "summary approved": (facts.draft(), facts.review(*steps[:2]), 1),
        "summary returned": (facts.draft(), facts.review(Step.SUBMITTED, Step.RETURNED), 1),
        "summary final": (facts.draft(), facts.review(*steps), 0),
        "summary reopened": (facts.draft(), facts.review(*steps, Step.REOPENED), 0),
    }
    for name, (draft, review, blaming) in kinds.items():
        made = render.message(
            "summary", incident=facts.over(), draft=draft, version=2, blaming=blaming,
            titles=sections.titles(), review=review, submitted=review.submitted, command=COMMAND,
        )  # fmt: skip
        yield name, message(made, layouts.summary(made, facts.over(), review.state))
    whole = f"## Summary\n\n{render.markdown(facts.say('sentence'))}\n"
    text = chunks(whole, LONGEST_PART)[0]
    said = render.Message(render.without_escapes(text), {})
    yield "section", message(said, layouts.section(text))


def _to_one_person(facts: Facts) -> Iterator[tuple[str, Shown]]:
    incident, update = facts.incident(update_due_at=LATER), facts.event(Kind.UPDATE, "update")
    made = render.message("greeting", incident=incident)
    yield "greeting", message(made, layouts.greeting(made, incident))
    for name, policy in (
        ("hello", POLICY),
        (
            "hello bare",
            POLICY.model_copy(
                update={"channels": POLICY.channels.model_copy(update={"announce": None})}
            ),
        ),
    ):
        made = render.message("hello", command=COMMAND, policy=policy)
        yield name, message(made, layouts.notice(made))
    for name, many in (
        ("reminder", facts.items(25)),
        ("reminder of one", [facts.unowned(owner=BEN)]),
    ):
        due = [(each, _due(facts, each)) for each in many]
        made = render.message("reminder", lines=[line for _, line in due])
        yield name, message(made, layouts.reminder(made, due))
    for name, last, leads in (("update_due", update, True), ("update_due first", None, False)):
        given = {
            "due": LATER,
            "channel": CHANNEL,
            "last": last,
            "names": facts.names,
            "leads": leads,
        }
        made = render.message("update_due", incident=incident, **given)
        yield name, message(made, layouts.nudge(made, layouts.update_button(incident)))
    made = render.message(
        "lead_wanted", incident=incident, help=POLICY.roles["lead"], command=COMMAND
    )
    yield "lead_wanted", message(made, layouts.nudge(made, layouts.lead_button(incident)))
    for role in ("lead", "scribe"):
        given = {"role": role, "by": ANA, "help": POLICY.roles[role], "channel": CHANNEL}
        made = render.message("role_help", incident=incident, command=COMMAND, **given)
        yield f"role_help {role}", message(made, layouts.told(made))


def _due(facts: Facts, item: Any) -> str:
    return render.line("due_item", item=item, incident=facts.incident(), link=LINK, today=TODAY)


def _views(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _incident_forms(facts)
    yield from _item_forms(facts)
    yield from _section_forms(facts)
    yield from _timeline_views(facts)
    yield from _homes(facts)


def _incident_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    incident, names = facts.incident(), facts.names
    yield "declaring", declaring.declare(BOT)
    yield "declaring from a message", declaring.declare_from(BOT, facts.event(), names)
    yield "declaring from an alert", declaring.declare_from(BOT, facts.event(Kind.ALERT), names)
    yield "incidents severity", incidents.severity(BOT, incident)
    yield "incidents severity unset", incidents.severity(BOT, facts.bare())
    yield "incidents resolve", incidents.resolve(incident, drafts=True)
    yield "incidents resolve without a draft", incidents.resolve(incident, drafts=False)
    yield "incidents reopen", incidents.reopen(facts.over())
    yield "incidents update", incidents.update(BOT, incident)
    private = facts.incident(private=True, severity=Severity.P4)
    yield "incidents update private", incidents.update(BOT, private)
    yield "reviewing give back", reviewing.give_back(incident)


def _item_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    forms = {"owner": items.owner, "due": items.due, "priority": items.priority}
    for name, form in forms.items():
        yield f"items {name}", form(facts.item())
        yield f"items {name} unset", form(facts.unowned())
    text = " ".join(facts.plain("said").split())
    yield "items create", items.create(text, f"{CHANNEL} 1773144000.000100")


def _section_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "sections choose", sections.choose(facts.over())
    last = Section(name=SectionName.SUMMARY, text=facts.say("section"), by=BEN, at=NOON, version=3)
    gone = replace(last, text="")
    for name in SectionName:
        about = About(incident_id=1, name=name, begun=2)
        text = facts.say("section")
        if name is SectionName.IMPACT:
            text = "\n".join(f"{kind}: {facts.say('impact')}" for kind in sections.MEASURES)
        yield f"sections write {name}", sections.write(about, text)
        doubts = Doubts(tuple(facts.findings(4)), last)
        if name in {SectionName.SUMMARY, SectionName.FIVE_WHYS}:
            made = sections.write(about, text, doubts, facts.say("name"))
            yield f"sections write {name} with doubts", made
    about = About(incident_id=1, name=SectionName.LUCKY, begun=2)
    taken_back = sections.write(about, "", Doubts((), gone), facts.say("name"))
    yield "sections write lucky taken back meanwhile", taken_back


def _timeline_views(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    incident, names = facts.incident(), facts.names
    entries = [
        (facts.event(), LINK),
        (facts.event(Kind.ALERT), None),
        (facts.event(Kind.NOTE, hidden=True), None),
        (facts.event(Kind.IMPACT, "impact", corrected_by=BEN), LINK),
        *[(facts.event(), LINK)] * 6,
    ]
    entries = [(replace(each, id=number), link) for number, (each, link) in enumerate(entries, 1)]
    yield "timeline page", timeline.page(incident, entries, names, 31, 10)
    yield "timeline page of few", timeline.page(incident, entries[:1], names, 1, 0)
    yield "timeline page of none", timeline.page(incident, [], names, 0, 0)
    yield "timeline correct", timeline.correct(facts.event(), facts.plain("said"), 0)
    yield "timeline correct time alone", timeline.correct(facts.event(Kind.SEVERITY), "P2", 10)
    text = facts.plain("said")
    yield "marking", marking.mark(facts.event(), text, set())
    yield (
        "marking again",
        marking.mark(facts.event(Kind.ALERT), text, {Mark.ROOT_CAUSE, Mark.LUCKY}),
    )


def _homes(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    when: dict[str, Any] = {"today": TODAY, "hour": 10, "zone": "Europe/Lisbon"}
    private = facts.incident(private=True, channel_id=None, severity=None)
    owned = [(item, facts.incident()) for item in (*facts.items(2), facts.unowned(owner=ANA))]
    many = [(item, facts.incident()) for item in facts.items(25)]
    kinds = {
        "home with nothing": ([], []),
        "home": (owned, [facts.incident()]),
        "home with a private incident": (owned[:1], [facts.incident(), private]),
        "home of the busiest": (many, [facts.incident(status=Status.DECLARED)] * 25),
    }
    for name, (items_, incidents_) in kinds.items():
        yield name, home_layout.home(BOT, Home(items=items_, incidents=incidents_, **when))
