"""Replies that only one person sees: each block of `lines.j2` that is a message of its own, in its variants."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import next_commands
from bot.domain.action_item import ItemState
from bot.domain.incident import Incident
from bot.domain.library_query import MatchedLine
from bot.domain.markup import MarkupText
from bot.domain.meeting import MeetingState
from bot.domain.review import PostmortemState, ReviewStep
from bot.domain.timeline import EventKind, Mark
from bot.incidents.lifecycle import FETCHED_HISTORY
from bot.library.search import SearchResult, SearchResults
from bot.rendering import render
from bot.timeline.erasure import Erased
from handlers.commands.call import MAX_LISTED
from handlers.commands.postmortem import MAX_FINDINGS
from handlers.views import command_help
from handlers.views.forms.mark import label
from storage.postmortems import Postmortem
from tests.messages.facts import (
    ANA,
    BEN,
    BOT,
    COMMAND,
    LINK,
    NOON,
    POLICY,
    REFUSED,
    TODAY,
    Facts,
    figures,
)
from tests.messages.figures import lines

SAID_BEFORE = NOON - timedelta(hours=1)


NOT_REMINDED = MarkupText(render.line("not_reminded", stand_in=ANA, names={}))


def answers(facts: Facts) -> dict[str, str]:
    """The replies by the block's name, with the variant after a colon."""
    return {
        **_running(facts),
        **_recording(facts),
        **_forgetting(facts),
        **_items(facts),
        **_postmortems(facts),
        **_looking(facts),
        **lines(),
        **_meetings(facts),
    }


def _forgetting(facts: Facts) -> dict[str, str]:
    line, incident = render.line, facts.incident()
    some = Erased(withdrawn=(3, 4), kept=(7,), quoted=2, redrafted=True)
    return {
        "item_withdrawn": line("item_withdrawn"),
        "removed_quote": line("removed_quote"),
        "draft_replaced": line("draft_replaced", incident=incident, link=LINK),
        "draft_replaced:no link": line("draft_replaced", incident=incident, link=None),
        "forget_usage": line("forget_usage", command=COMMAND),
        "forgotten": line(
            "forgotten", incident=incident, erased=Erased(), in_title=False, stands=True
        ),
        "forgotten:more": line(
            "forgotten", incident=incident, erased=some, in_title=True, stands=False
        ),
    }


def _running(facts: Facts) -> dict[str, str]:
    line, incident = render.line, facts.incident()
    role = {"role": "scribe", "person": BEN, "help": POLICY.roles["scribe"]}
    decided = {"skipped": facts.decision(), "command": COMMAND}
    return {
        "apology": line("apology", reference="1a2b3c4d"),
        "declared": line("declared", incident=incident),
        "declared:private": line("declared", incident=facts.incident(private=True, severity=None)),
        "adopted": line("adopted", incident=incident, days=FETCHED_HISTORY.days),
        "changed": line("changed", incident=incident, what="severity", value="P2"),
        "updated": line("updated", incident=facts.incident(update_due_at=NOON)),
        "updated:none promised": line("updated", incident=incident),
        "assigned": line("assigned", incident=incident, told=False, **role),
        "assigned:another": line("assigned", incident=incident, told=True, **role),
        "incident_lead": line("incident_lead", incident=incident, help=POLICY.roles["lead"]),
        "resolved": line("resolved", incident=incident, skipped=None, command=COMMAND),
        "resolved:skipped": line("resolved", incident=incident, **decided),
        "part_gone": line("part_gone"),
        "still_working": line("still_working", incident=incident, in_hours=24),
        **{
            f"checked_in:{name}": line(
                "checked_in", incident=about, by=by, is_gone=is_gone, names=facts.names
            )
            for name, about, by, is_gone in (
                ("working", incident, ANA, False),
                ("resolved", facts.over(), "", False),
                ("open", incident, "", False),
                ("gone", incident, ANA, True),
            )
        },
        "lead_found": line("lead_found", incident=incident, names=facts.names),
        "lead_found:nobody": line("lead_found", incident=facts.over(roles=()), names=facts.names),
        "canvas_title": line("canvas_title", incident=incident),
        "draft_completed": line("draft_completed", added=42),
        "draft_completed:one": line("draft_completed", added=1),
        "draft_completed:none": line("draft_completed", added=0),
        "canvas_note": line("canvas_note"),
        "canvas_cut": line("canvas_cut"),
    }


def _recording(facts: Facts) -> dict[str, str]:
    line, names = render.line, facts.names
    event, message = facts.event(), facts.say("said")
    kept = {"label": line("mark_label", mark="root_cause"), "event": event}
    return {
        "zone_assumed": line("zone_assumed", zone="Europe/Berlin"),
        "noted": line("noted", at=SAID_BEFORE, text=message, names=names),
        "impact_noted": line(
            "impact_noted", incident=facts.incident(), text=facts.say("impact"), names=names
        ),
        "key_times": line("key_times", times=facts.key_times(), changed="", command=COMMAND),
        "key_times:set": line(
            "key_times", times=facts.key_times(), changed="restored", command=COMMAND
        ),
        "key_times:cleared": line(
            "key_times", times=facts.key_times(), changed="detected", command=COMMAND
        ),
        "services_affected": line("services_affected", incident=facts.incident()),
        "services_affected:none": line("services_affected", incident=facts.incident(services=())),
        "receipt": line("receipt", by_form=False, **kept),
        "receipt:by form": line("receipt", by_form=True, **kept),
        "receipt:timeline": line("receipt", label="", by_form=False, event=event),
    }


def _items(facts: Facts) -> dict[str, str]:
    line, item, incident = render.line, facts.item(), facts.incident()
    actions = (
        "done",
        "reopen",
        "accept",
        "drop",
        "moved",
        "ranked",
        "given",
        "take",
        "released",
        "snooze",
        "ticket",
        "linked",
        "only_linked",
    )
    many = facts.items(MAX_LISTED)
    dropped = [*many, facts.unowned(state=ItemState.DROPPED)][-MAX_LISTED:]
    away = {"back_on": TODAY, "command": COMMAND}
    return {
        "item_not_mine": line("item_not_mine", item=item),
        "away": line("away", **away),
        "away:back": line("away", **away | {"back_on": None}),
        **{f"item_{name}": line(f"item_{name}", item=item, person=ANA) for name in actions},
        "ticket_trouble": line("ticket_trouble", item=item, trouble=str(REFUSED)),
        "owner_absent": line("owner_absent", item=item, incident=facts.incident()),
        "owner_absent:private": line(
            "owner_absent", item=item, incident=facts.incident(private=True)
        ),
        "item_added": line("item_added", item=item, phrase=facts.say("phrase")),
        "item_added:bare": line("item_added", item=facts.item(due=None, priority=None), phrase=""),
        "item_added:outsider": line("item_added", item=item, phrase="", not_reminded=NOT_REMINDED),
        "not_reminded": line("not_reminded", stand_in=ANA, names=facts.names),
        "not_reminded:nobody": line("not_reminded", stand_in=None, names={}),
        "still_private": line("still_private", incident=incident),
        "incident_publish": line("incident_publish", incident=incident),
        "withdrawn": line("withdrawn", key=incident.key),
        "handed_over": line("handed_over", key=incident.key),
        "taken_over": line(
            "taken_over",
            person=BEN,
            to=ANA,
            items=[item],
            roles=["lead", "scribe"],
            names=facts.names,
        ),
        "taken_over:roles": line(
            "taken_over", person=BEN, to=ANA, items=[], roles=["lead"], names=facts.names
        ),
        "taken_over:items": line(
            "taken_over", person=BEN, to=ANA, items=dropped, roles=[], names=facts.names
        ),
        "taken_over:nobody": line(
            "taken_over", person=BEN, to=None, items=[item], roles=["lead"], names=facts.names
        ),
        "items": line("items", incident=incident, items=dropped, more=3),
        "items:none": line("items", incident=incident, items=[], more=-MAX_LISTED),
        "item_links": line("item_links", incident=incident, evidence=LINK, thread=LINK),
        "item_links:alone": line("item_links", incident=incident, evidence=None, thread=None),
        "item_drop:because": line(
            "item_drop",
            item=facts.item(state=ItemState.DROPPED, dropped_because=facts.say("reason")),
        ),
        "which_item": line("which_item", count=2, number=12),
        "own_items": line("own_items", items=many, more=1),
        "own_items:none": line("own_items", items=[], more=-MAX_LISTED),
        "digest_now": line("digest_now", figures=figures()),
        "digest_now:nothing": line("digest_now", figures=figures(opened=0, done=0, open=0)),
    }


def _postmortems(facts: Facts) -> dict[str, str]:
    line, incident, waived = render.line, facts.over(), facts.decision()
    requested = facts.decision(wanted=True)
    review = facts.review(ReviewStep.SUBMITTED, ReviewStep.APPROVED)
    skipped = {"skipped": waived, "asked": None}
    against = ["Severity is P1 (policy: P2 or worse)", facts.say("reason")]
    waived_line = MarkupText(line("skipped", incident=incident, **skipped))
    drafted = Postmortem(
        id=1, incident_id=1, version=2, template="full", markdown="", html="", picture=b"",
        picture_text="", document={}, drafted_at=NOON,
    )  # fmt: skip
    at = {"incident": incident, "postmortem": drafted, "command": COMMAND}
    steps = ("submit", "approve", "return", "finish", "reopen")
    found = facts.findings(MAX_FINDINGS)
    checked = {"incident": incident, "version": 2, "link": LINK}
    return {
        **{
            f"review_{step}": line(f"review_{step}", incident=incident, review=review)
            for step in steps
        },
        "review_approve:alone": line(
            "review_approve", incident=incident, review=facts.review(ReviewStep.SUBMITTED)
        ),
        "drafting_again": line("drafting_again", incident=incident),
        "postmortem": line("postmortem", state="draft", link=LINK, told="", **at),
        "postmortem:final": line("postmortem", state="final", link=None, told=waived_line, **at),
        "skipped": line("skipped", incident=incident, **skipped),
        "skipped:asked": line("skipped", incident=incident, skipped=None, asked=requested),
        "skipping": line(
            "skipping", incident=incident, reasons=against, drafted=False, command=COMMAND
        ),
        "skipping:running": line(
            "skipping", incident=facts.incident(), reasons=[], drafted=False, command=COMMAND
        ),
        "skipping:drafted": line(
            "skipping", incident=incident, reasons=against[1:], drafted=True, command=COMMAND
        ),
        "asked": line("asked", incident=incident, drafting=True, drafted=False),
        "asked:drafted": line(
            "asked", incident=incident, drafting=False, drafted=True, command=COMMAND
        ),
        "asked:running": line("asked", incident=incident, drafting=False, drafted=False),
        "checked": line("checked", findings=found, total=11, blaming=2, **checked),
        "checked:clean": line("checked", findings=[], total=0, blaming=0, **checked),
        "checked_sentence": line("checked_sentence", findings=found[:2]),
        "checked_sentence:clean": line("checked_sentence", findings=[]),
    }


def _meetings(facts: Facts) -> dict[str, str]:
    line, meeting, incident = render.line, facts.meeting(), facts.over()
    agreed, cancelled = (
        replace(meeting, state=state) for state in (MeetingState.SET, MeetingState.CANCELLED)
    )
    details = {"agenda": POLICY.meeting.agenda.items(), "leads": facts.say("name"), "link": LINK}
    return {
        "meeting": line("meeting", incident=incident, meeting=meeting, new=True),
        "meeting:already": line("meeting", incident=incident, meeting=meeting, new=False),
        "meeting:set": line("meeting", incident=incident, meeting=agreed, new=True),
        "meeting:cancelled": line("meeting", incident=incident, meeting=cancelled, new=True),
        "meeting_elsewhere": line("meeting_elsewhere", incident=incident, link=LINK),
        "meeting_elsewhere:bare": line("meeting_elsewhere", incident=incident, link=None),
        "meeting_summary": line("meeting_summary", incident=incident),
        "meeting_description": line("meeting_description", **details),
        "meeting_description:bare": line(
            "meeting_description", **details | {"leads": "", "link": ""}
        ),
        "meeting_file_alt": line("meeting_file_alt", incident=incident, meeting=agreed),
        "meeting_file_alt:cancelled": line(
            "meeting_file_alt", incident=incident, meeting=cancelled
        ),
        "year_ago": line("year_ago", incident=incident, link=LINK, lesson=facts.say("sentence")),
        "year_ago:bare": line("year_ago", incident=facts.bare(), link=None, lesson=""),
        "elected": line("elected", quarter="2026-Q1", best=[(incident, LINK, 3)]),
        "elected:two": line("elected", quarter="2026-Q1", best=[(incident, None, 1)] * 2),
        "elected:none": line("elected", quarter="2026-Q1", best=[]),
        "voted": line("voted", incident=incident),
        "review_decide": line("review_decide", incident=incident),
    }


def _looking(facts: Facts) -> dict[str, str]:
    line, incident = render.line, facts.incident()
    now = facts.catch_up()
    labels = [[line("mark_label", mark=mark) for mark in highlight.marks] for highlight in now.told]
    kinds = [EventKind.ALERT, EventKind.NOTE, *[EventKind.MESSAGE] * (MAX_LISTED - 2)]
    events = [facts.event(kind) for kind in kinds]
    shown = {"incident": incident, "names": facts.names}
    hits = (
        SearchResult(incident, MatchedLine("Cause", facts.say("said")), LINK),
        SearchResult(facts.over(), None, None),
    )
    typed = facts.say("unknown")
    none: dict[str, Any] = {"typed": typed, "command": COMMAND}
    return {
        "found": line("found", found=SearchResults(hits * 5, 3), **none),
        "found:none": line("found", found=SearchResults((), 0), **none),
        "similar": line("similar", incident=incident, related=facts.related(), command=COMMAND),
        "similar:none": line("similar", incident=incident, related=[], command=COMMAND),
        "catch_up": line("catch_up", now=now, at=NOON, labels=labels, draft=LINK, command=COMMAND),
        "timeline": line("timeline", events=events, total=31, **shown),
        "timeline:one": line("timeline", events=events[:1], total=1, **shown),
        "incidents": line("incidents", incidents=[incident] * MAX_LISTED, more=2, command=COMMAND),
        "incidents:bare": line(
            "incidents",
            incidents=[facts.incident(channel_id=None, roles=())],
            more=0,
            command=COMMAND,
        ),
        "incidents:none": line("incidents", incidents=[], more=0, command=COMMAND),
        "help": command_help.text(BOT),
        **dict(_helped(facts)),
        "due_item": line("due_item", item=facts.item(), incident=incident, link=LINK, today=TODAY),
        "topic": line("topic", incident=incident),
        "bookmark_title": line("bookmark_title", incident=incident),
        "page_alt": line("page_alt", incident=incident),
        **{f"mark_label:{mark}": label(mark) for mark in Mark},
    }


def _helped(facts: Facts) -> Iterator[tuple[str, str]]:
    """The commands that matter now, in each state, and what a misspelt command is answered with."""
    open_incident, over, prefix = facts.incident(), facts.over(), f"{COMMAND} "
    states: dict[str, tuple[Incident, PostmortemState | None]] = {
        "open": (open_incident, None),
        "without a lead": (facts.bare(), None),
        "resolved": (over, None),
        **{str(state): (over, state) for state in PostmortemState},
    }
    for name, (incident, state) in states.items():
        commands = next_commands.of_incident(incident, state)
        shown = command_help.next_commands(commands, prefix, incident, state)
        yield f"next_commands:{name}", shown.text
    for name, listed in (
        ("anywhere", next_commands.ANYWHERE),
        ("personal", next_commands.PERSONAL),
    ):
        yield f"next_commands:{name}", command_help.next_commands(listed, prefix, None, None).text
    yield "unknown_command", command_help.unknown("impcat", "impact", prefix)
    yield "unknown_command:not near", command_help.unknown(facts.say("unknown"), "", prefix)
