"""Every message, modal and Home tab in all variants, by name."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.action_items.ticket_jobs import may_be_requested
from bot.blameless.vague_action_items import find_vague_pattern
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.markup import mention, mention_group
from bot.domain.missing_parts import FillingForm, MissingPart
from bot.domain.review import PostmortemState, ReviewStep
from bot.domain.section import SectionName
from bot.domain.ticket import TicketState
from bot.domain.timeline import EventKind
from bot.drafting.wording import REQUIRED_PART_NAMES
from bot.postmortems import gaps as postmortem_gaps
from bot.postmortems.draft_messages import MAX_PART_LENGTH
from bot.rendering import render
from bot.rendering.message_chunks import split_message
from handlers.views import action_item_message, layouts, postmortem_layouts, review_gaps
from handlers.views.forms import sections
from tests.messages import figures, meetings
from tests.messages.facts import (
    ANA,
    BEN,
    CHANNEL,
    COMMAND,
    GROUP,
    LINK,
    MEI,
    NOON,
    POLICY,
    REFUSED,
    TODAY,
    TRACKED,
    Facts,
    partly_read,
)  # fmt: skip
from tests.messages.lines import NOT_REMINDED, answers
from tests.messages.shown import ANSWER, MESSAGE, Shown, message, view
from tests.messages.views import views

LATER = NOON + timedelta(minutes=30)
# Each kind of event that is announced in the channel, with its value.
NOTICES = {
    EventKind.SEVERITY: "P2", EventKind.SERVICES: "checkout, payments-api", EventKind.STATUS: "identified", EventKind.UPDATE: "monitoring", EventKind.ROLE: "scribe",
    EventKind.MESSAGE: "", EventKind.ALERT: "", EventKind.RESOLVED: "", EventKind.REOPENED: "", EventKind.CANCELLED: "",
    EventKind.SKIPPED: "", EventKind.ASKED: "",
}  # fmt: skip


def all_samples(facts: Facts) -> dict[str, Shown]:
    """All samples. A name begins with that of the template or of the form's module."""
    return {
        **dict(_messages(facts)),
        **{name: view(modal) for name, modal in views(facts)},
        **{f"answers/{name}": Shown(ANSWER, text=text) for name, text in answers(facts).items()},
    }


def _messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    yield from _incident_messages(facts)
    yield from _channels(facts)
    yield from _refusals()
    yield from _notices(facts)
    yield from _item_messages(facts)
    yield from _outsider_messages(facts)
    yield from _summaries(facts)
    yield from _to_one_person(facts)
    yield from _gaps(facts)
    yield from figures.messages(facts)
    yield from meetings.messages(facts)


def _incident_messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    running, over = facts.incident(update_due_at=LATER), facts.over()
    impact, update = (
        facts.event(EventKind.IMPACT, "impact"),
        facts.event(EventKind.UPDATE, "update"),
    )
    cards = {
        "card": (running, impact, update),
        "card new": (facts.bare(), None, None),
        "card private": (facts.incident(private=True), None, None),
        "card over": (over, impact, update),
    }
    for name, (incident, impact_event, told) in cards.items():
        meaning = POLICY.severities[incident.severity] if incident.severity else ""
        more = {"meaning": meaning, "impact": impact_event, "update": told, "names": facts.names}
        rendered = render.message("card", incident=incident, command=COMMAND, **more)
        yield (
            name,
            message(
                rendered, layouts.card(rendered, incident, LINK if name == "card over" else None)
            ),
        )
    for name, incident, told, channel in (
        ("announcement", running, update, CHANNEL),
        ("announcement new", facts.bare(), None, CHANNEL),
        ("announcement without channel", facts.bare(), None, None),
        ("announcement over", over, update, CHANNEL),
    ):
        final = LINK if name == "announcement over" else None
        shown = {"channel": channel, "names": facts.names, "update": told, "postmortem": final}
        rendered = render.message("announcement", incident=incident, **shown)
        yield name, message(rendered, layouts.announcement(rendered))


def _refusals() -> Iterator[tuple[str, Shown]]:
    shared = {"key": "INC-2026-001", "channel": CHANNEL, "command": COMMAND, "bot": "debrief"}
    invite, notice = {"kind": "invite", "person": BEN}, {"kind": "notice", "person": ANA}
    for name, code, jobs, more in (
        ("refusal_report", "not_in_channel", [invite, notice], {"resumes": True}),
        (
            "refusal_report scope",
            "missing_scope",
            [{"kind": "pin", "person": ""}],
            {"scope": "pins:write"},
        ),
        (
            "refusal_report no channel",
            "restricted_action",
            [{"kind": "open_channel", "person": ANA}],
            {"channel": None, "has_no_channel": True},
        ),
        (
            "refusal_report unknown",
            "no_such_code",
            [{"kind": "digest_changed", "person": ANA}],
            {"key": ""},
        ),
    ):
        facts = {"has_no_channel": False, "resumes": False, "scope": "", "code": code, "jobs": jobs}
        rendered = render.message("refusal_report", **{**shared, **facts, **more})
        yield name, message(rendered, layouts.line(rendered.text))
    rendered = render.message(
        "slack_refused", code="is_archived", scope="", command=COMMAND, bot="b"
    )
    yield "slack_refused", message(rendered, layouts.line(rendered.text))


def _gaps(facts: Facts) -> Iterator[tuple[str, Shown]]:
    """The reply to a person who can't submit a postmortem yet."""
    incident = facts.incident()
    item = facts.item()
    gaps = (
        MissingPart(words=REQUIRED_PART_NAMES["started"], form=FillingForm.KEY_TIMES),
        MissingPart(words=REQUIRED_PART_NAMES["detected"], form=FillingForm.KEY_TIMES),
        MissingPart(words=REQUIRED_PART_NAMES["severity"], form=FillingForm.SEVERITY),
        MissingPart(
            words=REQUIRED_PART_NAMES["root_cause"],
            form=FillingForm.SECTION,
            section=SectionName.ROOT_CAUSE,
        ),
        MissingPart(words=REQUIRED_PART_NAMES["action_items"], form=FillingForm.NEW_ITEM),
        postmortem_gaps.item_gap(item, "owners"),
        postmortem_gaps.item_gap(item, "due_dates"),
        MissingPart(words=REQUIRED_PART_NAMES["owners"], form=None),
    )
    refusal = postmortem_gaps.make_refusal(gaps, incident.key, COMMAND)
    shown = review_gaps.build_reply(refusal, incident)
    yield "postmortem not complete", Shown(MESSAGE, text=shown.text, blocks=shown.blocks)


def _channels(facts: Facts) -> Iterator[tuple[str, Shown]]:
    incident = facts.incident()
    for to in ("private", "public", "published"):
        text = render.line("channel_changed", incident=incident, to=to, by=BEN, names=facts.names)
        blocks = layouts.channel_changed(text, incident, to)
        yield f"channel_changed {to}", Shown(MESSAGE, text=text, blocks=tuple(blocks))


def _notices(facts: Facts) -> Iterator[tuple[str, Shown]]:
    word = {EventKind.UPDATE: "update", EventKind.MESSAGE: "said", EventKind.ALERT: "said"}
    for kind, detail in NOTICES.items():
        event = facts.event(kind, word.get(kind, "reason"), detail=detail)
        due = LATER if kind is EventKind.UPDATE else None
        yield f"notice {kind}", _notice(facts, event, due=due, person=BEN, former=MEI)
    for step in ReviewStep:
        event = facts.event(EventKind.REVIEW, "reason", detail=step)
        yield f"notice {step}", _notice(facts, event, author=ANA, link=LINK, alone=True)
    for detail in ("meeting set", "meeting moved", "meeting cancelled"):
        when = {"text": "2026-03-12 14:00 UTC (50 min)", "detail": detail}
        yield f"notice {detail}", _notice(facts, facts.event(EventKind.REVIEW, **when))
    quiet = {"text": "", "detail": ""}
    for kind in (EventKind.RESOLVED, EventKind.ASKED):
        yield f"notice {kind} silently", _notice(facts, facts.event(kind, **quiet), drafts=False)


def _notice(facts: Facts, event: Any, **more: Any) -> Shown:
    usual: dict[str, Any] = {
        "person": event.author, "former": None, "drafts": True, "due": None, "alone": False,
        "link": LINK, "author": None, "names": facts.names, "command": COMMAND,
    }  # fmt: skip
    rendered = render.message("notice", incident=facts.incident(), event=event, **usual | more)
    return message(rendered, layouts.notice(rendered))


def _outsider_messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    item, outsider = facts.item(), {"not_reminded": NOT_REMINDED, "names": facts.names}
    rendered = render.message("item", item=item, incident=facts.incident(), ticket=None, **outsider)
    yield "item of an outsider", message(rendered, action_item_message.item(rendered, item))
    rendered = render.message(
        "item_thread", item=item, link=None, asked=ANA, handed=True, **outsider
    )
    yield "item_thread of an outsider", message(rendered, action_item_message.details(rendered))


def _item_messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    suggested = {"state": ItemState.SUGGESTED}
    kinds = {
        "item": facts.item(),
        "item without owner": facts.unowned(),
        "item suggested": facts.item(**suggested),
        "item suggested to nobody": facts.unowned(**suggested),
        "item done": facts.done(),
        "item dropped": facts.item(state=ItemState.DROPPED),
        "item decided against": facts.item(
            state=ItemState.DROPPED, dropped_because=facts.say("reason")
        ),
    }
    for name, item in kinds.items():
        rendered = render.message(
            "item", item=item, incident=facts.incident(), ticket=None, names=facts.names
        )
        yield name, message(rendered, action_item_message.item(rendered, item))
        rendered = render.message(
            "item_thread",
            item=item,
            link=LINK,
            asked=ANA,
            names=facts.names,
            **_questions_in_thread(facts, name),
        )
        yield (
            name.replace("item", "item_thread", 1),
            message(rendered, action_item_message.details(rendered)),
        )
    incident = facts.incident()
    done = facts.item(state=ItemState.DONE, done_at=NOON)
    for name, link in (("item_return", LINK), ("item_return without a link", None)):
        why = facts.say("reason")
        rendered = render.message("item_return", item=done, incident=incident, why=why, link=link)
        yield name, message(rendered, layouts.notice(rendered))
    for name, many in (("escalation", facts.items(25)), ("escalation of one", facts.items(1))):
        rendered = render.message(
            "escalation", late=[(item_, incident.key) for item_ in many], today=TODAY
        )
        yield name, message(rendered, layouts.escalation(rendered))
    closed = facts.item(state=ItemState.DONE, done_by="GitHub", done_at=NOON)
    tickets: dict[str, tuple[Any, Any]] = {
        "item without a ticket": (facts.item(), None),
        "item with a ticket": (facts.item(), facts.ticket()),
        "item with a ticket elsewhere": (facts.item(), facts.ticket(state=TicketState.LINK)),
        "item refused a ticket": (facts.item(), facts.ticket(url="", key="", trouble=str(REFUSED))),
        "item closed in its tracker": (closed, facts.ticket(state=TicketState.DONE)),
    }
    for name, (item, ticket) in tickets.items():
        rendered = render.message(
            "item", item=item, incident=facts.incident(), ticket=ticket, names=facts.names
        )
        may_ask = may_be_requested(TRACKED, item, ticket)
        yield name, message(rendered, action_item_message.item(rendered, item, may_ask=may_ask))


def _summaries(facts: Facts) -> Iterator[tuple[str, Shown]]:
    waived = {"waived": {"by": facts.say("name"), "because": facts.say("reason")}}
    not_needed = {
        "waived": None,
        "needed": False,
        "reasons": [],
        "unknown": [{"text": "whether data was lost"}],
    }
    bare = facts.draft(summary=[], moments={}, need=None, open_questions=[], sections={})
    steps = (ReviewStep.SUBMITTED, ReviewStep.APPROVED, ReviewStep.FINAL)
    kinds = {
        "summary": (facts.draft(), facts.review(), 2),
        "summary bare": (bare, facts.review(), 0),
        "summary while reading": (facts.draft(recording=partly_read()), facts.review(), 0),
        "summary waived": (facts.draft(need=waived), facts.review(), 0),
        "summary not needed": (facts.draft(need=not_needed), facts.review(), 0),
        "summary in review": (facts.draft(), facts.review(*steps[:1]), 1),
        "summary approved": (facts.draft(), facts.review(*steps[:2]), 1),
        "summary related": (facts.draft(related=facts.related()), facts.review(), 0),
        "summary returned": (
            facts.draft(),
            facts.review(ReviewStep.SUBMITTED, ReviewStep.RETURNED),
            1,
        ),
        "summary final": (facts.draft(), facts.review(*steps), 0),
        "summary reopened": (facts.draft(), facts.review(*steps, ReviewStep.REOPENED), 0),
    }
    for name, (draft, review, blaming) in kinds.items():
        rendered = render.message(
            "summary", incident=facts.over(), draft=draft, version=2, blaming=blaming,
            titles=sections.titles(), review=review, submitted=review.submitted, command=COMMAND,
            ready_in=12,
        )  # fmt: skip
        yield (
            name,
            message(rendered, postmortem_layouts.summary(rendered, facts.over(), review.state)),
        )
    lessons = [{"text": facts.say("sentence")}] * 4
    shared = facts.draft(lessons=lessons, action_items=[{}] * 5)
    untimed = facts.draft(durations={"ttm": None})
    for name, (draft, incident, taken, told) in {
        "shared_postmortem": (shared, facts.over(), steps, [mention(BEN), mention_group(GROUP)]),
        "shared_postmortem bare": (untimed, facts.bare(), steps, []),
        "shared_postmortem reopened": (shared, facts.over(), (*steps, ReviewStep.REOPENED), []),
    }.items():
        review = facts.review(*taken)
        is_final = review.state is PostmortemState.FINAL
        more = {"draft": draft, "review": review, "told": told, "is_final": is_final}
        rendered = render.message("shared_postmortem", incident=incident, **more)
        yield (
            name,
            message(
                rendered, postmortem_layouts.shared_postmortem(rendered, LINK if told else None)
            ),
        )
    whole = f"## Summary\n\n{render.markdown(facts.say('sentence'))}\n"
    text = split_message(whole, MAX_PART_LENGTH)[0]
    section_message = render.Message(render.without_escapes(text), {})
    yield "section", message(section_message, postmortem_layouts.section(text))


def _inactivity_messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    """Questions about incidents without recent activity."""
    incident = facts.incident(update_due_at=LATER)
    nobody, homeless = facts.incident(roles=()), facts.incident(roles=(), channel_id=None)
    for name, lead in (("update_overdue", incident.lead), ("update_overdue without a lead", None)):
        update_facts = {"due": LATER, "lead": lead, "command": COMMAND}
        rendered = render.message("update_overdue", incident=incident, **update_facts)
        taking = [] if lead else [layouts.lead_button(incident)]
        yield (
            name,
            message(
                rendered,
                layouts.reminder_with_button(rendered, layouts.update_button(incident), *taking),
            ),
        )
    for name, about, person in (
        ("check_in", incident, incident.lead),
        ("check_in in the channel", nobody, None),
        ("check_in without a channel", homeless, homeless.declared_by),
    ):
        rendered = render.message("check_in", incident=about, person=person, since=NOON)
        yield (
            name,
            message(
                rendered, layouts.reminder_with_button(rendered, *layouts.check_in_buttons(about))
            ),
        )


def _to_one_person(facts: Facts) -> Iterator[tuple[str, Shown]]:
    incident, update = facts.incident(update_due_at=LATER), facts.event(EventKind.UPDATE, "update")
    rendered = render.message("greeting", incident=incident)
    yield "greeting", message(rendered, layouts.greeting(rendered, incident))
    for name, policy in (
        ("hello", POLICY),
        (
            "hello bare",
            POLICY.model_copy(
                update={"channels": POLICY.channels.model_copy(update={"announce": None})}
            ),
        ),
    ):
        rendered = render.message("hello", command=COMMAND, policy=policy)
        yield name, message(rendered, layouts.notice(rendered))
    for name, many in (
        ("reminder", facts.items(25)),
        ("reminder of one", [facts.unowned(owner=BEN)]),
    ):
        due = [_entry_for_owner(facts, item) for item in many]
        rendered = render.message("reminder", entries=due, own=True)
        yield name, message(rendered, layouts.reminder(rendered, due))
    for step, entry in _postmortems_due(facts):
        entries = [_entry_for_non_owner(facts, facts.items(1)[0]), entry]
        rendered = render.message("reminder", entries=entries, own=False)
        yield (
            f"reminder of a postmortem {step}",
            message(rendered, layouts.reminder(rendered, entries)),
        )
    for name, last, person in (
        ("update_due", update, incident.lead),
        ("update_due first", None, MEI),
        ("update_due in the channel", update, None),
    ):
        given = {
            "due": LATER,
            "channel": CHANNEL,
            "last": last,
            "names": facts.names,
            "person": person,
        }
        rendered = render.message("update_due", incident=incident, **given)
        yield (
            name,
            message(
                rendered, layouts.reminder_with_button(rendered, layouts.update_button(incident))
            ),
        )
    rendered = render.message(
        "lead_wanted", incident=incident, help=POLICY.roles["lead"], command=COMMAND
    )
    yield (
        "lead_wanted",
        message(rendered, layouts.reminder_with_button(rendered, layouts.lead_button(incident))),
    )
    yield from _inactivity_messages(facts)
    for role in ("lead", "scribe"):
        given = {"role": role, "by": ANA, "help": POLICY.roles[role], "channel": CHANNEL}
        rendered = render.message("role_help", incident=incident, command=COMMAND, **given)
        yield f"role_help {role}", message(rendered, layouts.text_with_context(rendered))


def _questions_in_thread(facts: Facts, name: str) -> dict[str, Any]:
    """The questions in the thread of a new item."""
    if name != "item":
        return {}
    twin = {"incident": facts.incident(), "item": facts.item(), "link": LINK}
    return {
        "left": BEN,
        "dated": True,
        "vague": find_vague_pattern("improve monitoring"),
        "twin": twin,
    }


def _entry_for_owner(facts: Facts, item: ActionItem) -> layouts.Entry:
    line = render.line("due_item", item=item, incident=facts.incident(), link=LINK, today=TODAY)
    return layouts.Entry(line=line, buttons=tuple(action_item_message.reminder_buttons(item)))


def _entry_for_non_owner(facts: Facts, item: ActionItem) -> layouts.Entry:
    shown = {"incident": facts.incident(), "link": LINK, "today": TODAY, "own": False}
    line = render.line("due_item", item=item, **shown)
    return layouts.Entry(
        line=line, buttons=tuple(action_item_message.non_owner_buttons(item)), own=False
    )


def _postmortems_due(facts: Facts) -> Iterator[tuple[str, layouts.Entry]]:
    shown = {"limits": POLICY.postmortem.deadlines, "command": COMMAND}
    for step, link in (("start", None), ("draft", LINK), ("final", LINK)):
        line = render.line("postmortem_due", incident=facts.over(), step=step, **shown)
        buttons = tuple(postmortem_layouts.due_buttons(facts.over(), link))
        yield step, layouts.Entry(line=line, buttons=buttons, own=False)
