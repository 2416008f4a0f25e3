"""Every modal and the Home tab in all variants, by name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.action_items.change_history import HistoryEntry
from bot.domain.action_item_errors import WrongItemState
from bot.domain.incident import Severity, Status
from bot.domain.section import Section, SectionName
from bot.domain.timeline import EventKind, Mark
from bot.people.home_tab import HomeTab
from bot.postmortems.sections import SaveWarnings
from bot.rendering import render
from handlers.views import command_help, home_tab, layouts
from handlers.views.forms import (
    action_items,
    away,
    declare,
    digest,
    forget,
    incidents,
    key_times,
    mark,
    record,
    review,
    review_meeting,
    sections,
    timeline,
)
from handlers.views.forms.sections import SectionContext
from tests.messages.facts import ANA, BEN, BOT, CHANNEL, LINK, NOON, TODAY, Facts
from tests.messages.figures import CHOSEN, OFF, PLAN

LISBON = ZoneInfo("Europe/Lisbon")
CHANGES = (
    ("state", "done"), ("owner", BEN), ("owner", ""), ("due", "2026-03-20"), ("priority", "P1"),
    ("snoozed_until", "2026-03-20 09:00:00"), ("because", "nobody needs it"),
)  # fmt: skip
STEPS = ("before:3", "before:1", "due", "after:7", "missing", "no owner", "snoozed", "lead")


def views(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _incident_forms(facts)
    yield from _meeting_forms(facts)
    yield from _item_forms(facts)
    yield from _section_forms(facts)
    yield from _timeline_views(facts)
    yield from _homes(facts)
    yield "all commands", command_help.modal(BOT)


def _incident_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    incident, names = facts.incident(), facts.names
    yield "declaring", declare.declare(BOT)
    yield "declaring from a message", declare.declare_from_message(BOT, facts.event(), names)
    yield (
        "declaring from a private message",
        declare.declare_from_message(BOT, facts.event(), names, private=True),
    )
    yield (
        "declaring from an alert",
        declare.declare_from_message(BOT, facts.event(EventKind.ALERT), names),
    )
    yield "incidents severity", incidents.severity(BOT, incident)
    yield "incidents severity unset", incidents.severity(BOT, facts.bare())
    yield "incidents resolve", incidents.resolve(incident, skipped_by="")
    yield "incidents resolve without a draft", incidents.resolve(incident, skipped_by=ANA)
    yield "incidents reopen", incidents.reopen(facts.over())
    yield "incidents role", incidents.role(BOT, incident)
    yield "incidents update", incidents.update(BOT, incident)
    private = facts.incident(private=True, severity=Severity.P4)
    yield "incidents update private", incidents.update(BOT, private)
    yield "reviewing give back", review.request_changes(incident)
    yield "refused", layouts.error_modal(str(WrongItemState(state="done")))
    yield "key times", key_times.key_times(facts.key_times(), LISBON)
    yield "recording note", record.note(incident)
    yield "recording ask", record.require_postmortem(facts.over())
    yield "recording skip", record.skip_postmortem(facts.over())


def _meeting_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    incident = facts.over()
    zone = ZoneInfo("Asia/Tokyo")
    yield "meeting move", review_meeting.move(incident, facts.meeting(), zone)
    without_facilitator = replace(facts.meeting(), facilitator=None)
    yield (
        "meeting move without a facilitator",
        review_meeting.move(incident, without_facilitator, zone),
    )


def _item_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    forms = {
        "owner": action_items.owner,
        "due": action_items.due,
        "priority": action_items.priority,
    }
    for name, form in forms.items():
        yield f"items {name}", form(facts.item())
        yield f"items {name} unset", form(facts.unowned())
    entries = [
        HistoryEntry(at=NOON, person=ANA, what="made"),
        *(HistoryEntry(at=NOON, person=ANA, what=what, value=value) for what, value in CHANGES),
        *(HistoryEntry(at=NOON, person=BEN, step=step) for step in STEPS),
        HistoryEntry(at=NOON, person="", step="channel"),
    ]
    yield "items against", action_items.wont_do(facts.item())
    yield "items history", action_items.history(facts.item(), entries)
    yield "items history of long", action_items.history(facts.item(), entries * 20)
    for name, plan in (("", PLAN), (" chosen", CHOSEN), (" off", OFF)):
        yield f"digest settings{name}", digest.settings(plan)
        yield f"digest told{name}", digest.confirmation(plan)
    yield "away", away.away(None)
    yield "away already", away.away(TODAY)
    for topic in ("ticket_help", "ticket_private", "ticket_only_linked"):
        tracker = "GitHub (acme/operations)"
        yield f"items {topic.replace('_', ' ')}", action_items.ticket(facts.item(), tracker, topic)
    text = " ".join(facts.plain("said").split())
    yield "items create", action_items.create(text, f"{CHANNEL} 1773144000.000100")


def _section_forms(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "sections choose", sections.choose(facts.over())
    last = Section(name=SectionName.SUMMARY, text=facts.say("section"), by=BEN, at=NOON, version=3)
    emptied = replace(last, text="")
    for name in SectionName:
        about = SectionContext(incident_id=1, name=name, base_version=2)
        text = facts.say("section")
        if name is SectionName.IMPACT:
            text = "\n".join(f"{kind}: {facts.say('impact')}" for kind in sections.IMPACT_FIELDS)
        yield f"sections write {name}", sections.write(about, text)
        doubts = SaveWarnings(tuple(facts.findings(4)), last)
        if name in {SectionName.SUMMARY, SectionName.FIVE_WHYS}:
            with_doubts = sections.write(about, text, doubts, facts.say("name"))
            yield f"sections write {name} with doubts", with_doubts
    about = SectionContext(incident_id=1, name=SectionName.LUCKY, base_version=2)
    emptied_meanwhile = sections.write(about, "", SaveWarnings((), emptied), facts.say("name"))
    yield "sections write lucky taken back meanwhile", emptied_meanwhile


def _timeline_views(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    incident, names = facts.incident(), facts.names
    entries = [
        (facts.event(), LINK),
        (facts.event(EventKind.ALERT), None),
        (facts.event(EventKind.NOTE, hidden=True), None),
        (facts.event(EventKind.IMPACT, "impact", corrected_by=BEN), LINK),
        *[(facts.event(), LINK)] * 6,
    ]
    entries = [
        (replace(event_, id=number), link) for number, (event_, link) in enumerate(entries, 1)
    ]
    yield "timeline page", timeline.page(incident, entries, names, 31, 10)
    yield "timeline page of few", timeline.page(incident, entries[:1], names, 1, 0)
    yield "timeline page of none", timeline.page(incident, [], names, 0, 0)
    yield "timeline correct", timeline.correct(facts.event(), facts.plain("said"), 0, LISBON)
    yield (
        "timeline correct time alone",
        timeline.correct(facts.event(EventKind.SEVERITY), "P2", 10, LISBON),
    )
    text = facts.plain("said")
    yield "marking", mark.mark(facts.event(), text, set())
    yield "forgetting", forget.confirm(facts.event(), names)
    yield "forgotten", forget.result(render.line("forget_usage", command="/incident"))
    yield (
        "marking again",
        mark.mark(facts.event(EventKind.ALERT), text, {Mark.ROOT_CAUSE, Mark.LUCKY}),
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
        yield name, home_tab.home(BOT, HomeTab(items=items_, incidents=incidents_, **when))
    leave = HomeTab(items=[], incidents=[], back_on=TODAY, **when)
    yield "home of an outsider", home_tab.outsider_view()
    yield "home of somebody away", home_tab.home(BOT, leave)
