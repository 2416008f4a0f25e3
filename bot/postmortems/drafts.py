"""The postmortem draft: built from the record, stored as a version, posted in the channel."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.action_items import suggestions
from bot.blameless.finding import Finding
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.draft import Draft
from bot.domain.errors import IsFinal, NothingDrafted
from bot.domain.incident import Incident, Severity
from bot.domain.markup import find_references
from bot.domain.membership_type import remove_outsider_label
from bot.domain.requirement import RequirementContext
from bot.domain.review import PostmortemState
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft
from bot.incidents import permalinks
from bot.incidents.lifecycle import require_incident
from bot.postmortems import (
    checks,
    draft_messages,
    model_wording,
    policy_requirement,
    requirement,
)
from bot.rendering import document_json, documents, template_fallback
from bot.timeline import history_reading
from storage import action_items as stored_items
from storage import (
    incidents,
    people,
    postmortems,
    reviews,
    sections,
    tickets,
    timeline,
    timeline_counts,
    timeline_parts,
)
from storage.engine.store import Session
from storage.postmortems import Postmortem

MAX_QUICK_EVENTS = 1_000  # events; for a longer record, immediate answers use only some of them


def load_record(
    session: Session, incident: Incident, part: Sequence[TimelineEvent] | None = None
) -> Record:
    """Return everything that the draft is built from, or only for a `part` of the timeline."""
    events = timeline.of_incident(session, incident.id) if part is None else part
    max_items = None if part is None else MAX_QUICK_EVENTS
    items = stored_items.of_incident(session, incident.id, max_items)
    ids = _find_involved(session, incident, events, items)
    return Record(
        incident=incident,
        events=tuple(events),
        people=people.names(session, ids),
        outsiders=people.outsiders(session, ids),
        action_items=tuple(items),
        workspace=permalinks.workspace_url(session),
        items_as_of=stored_items.last_change(session, incident.id),
        tickets=tickets.of_items(session, [item.id for item in items]),
        fetched=timeline_counts.fetched(session, incident.id),
        gaps=incidents.comparison(session, incident.id).gaps,
        unread=history_reading.find_unread(session, incident.id),
        sections=sections.of_incident(session, incident.id),
        review=reviews.of_incident(session, incident.id),
    )


def find_involved(
    session: Session, incident: Incident, events: Sequence[TimelineEvent]
) -> list[str]:
    """Return the ids of everybody who wrote, was mentioned, has a role or owns an action item."""
    return _find_involved(session, incident, events, stored_items.of_incident(session, incident.id))


def _find_involved(
    session: Session,
    incident: Incident,
    events: Sequence[TimelineEvent],
    items: Sequence[ActionItem],
) -> list[str]:
    ids: dict[str, None] = {incident.declared_by: None}
    for event in events:
        ids |= dict.fromkeys([event.author, *find_references(event.text)])
    ids |= dict.fromkeys(role.person for role in incident.roles)
    ids |= dict.fromkeys(item.owner for item in items if item.owner)
    ids |= dict.fromkeys(section.by for section in sections.of_incident(session, incident.id))
    ids |= dict.fromkeys(step.by for step in reviews.of_incident(session, incident.id).steps)
    return list(ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedDraft:
    """A draft in all its formats, ready to be stored."""

    draft: Draft
    template: str
    document: dict[str, Any]


def prepare(bot: Bot, record: Record, context: RequirementContext | None = None) -> PreparedDraft:
    """Build and render the draft. This is slow, so call it outside of transactions."""
    worded = model_wording.word(bot, record, draft(record, bot.policy.postmortem.timeline))
    built = policy_requirement.add_requirement(record, worded, bot.policy, context)
    settings = bot.policy.postmortem
    template, markdown, html, completeness = template_fallback.render_or_fall_back(
        built,
        settings.template_by_severity[record.incident.severity or Severity.P2],
        settings.templates,
    )
    built = replace(built, completeness=completeness)
    document = {
        "state": built.review.state,
        "markdown": markdown,
        "html": html,
        "picture": documents.picture(built),
        "picture_text": documents.picture_text(built),
        "document": json.loads(document_json.as_json(built)),
    }
    return PreparedDraft(draft=built, template=template, document=document)


def store_draft(
    session: Session, incident: Incident, prepared: PreparedDraft, at: datetime
) -> Postmortem:
    """Store a draft as the next version, and enqueue its messages and suggestions."""
    postmortem = postmortems.add(
        session, incident.id, at=at, template=prepared.template, **prepared.document
    )
    draft_messages.enqueue_messages(session, postmortem, at)
    draft_messages.enqueue_meeting_update(session, incident, at)
    draft_messages.enqueue_canvas_update(session, incident.id, at, anew=True)
    suggestions.add_from_draft(session, incident, prepared.draft.action_items, at)
    return postmortem


def store_edit(
    session: Session, incident: Incident, prepared: PreparedDraft, at: datetime, *, page: bool
) -> Postmortem:
    """Store an edited text as the next version, and update the existing messages.

    Only messages whose text changed are edited; new ones are posted only for additional parts. With
    `page`, the HTML page is posted again in the thread. It isn't posted for every edit because
    there would be many.
    """
    before = postmortems.latest(session, incident.id)
    postmortem = postmortems.add(
        session, incident.id, at=at, template=prepared.template, **prepared.document
    )
    draft_messages.enqueue_edits(session, before, postmortem, at, with_page=page)
    return postmortem


def request_redraft(session: Session, bot: Bot, actor: Actor) -> tuple[Incident, bool]:
    """Request another draft, for example after late notes; also return whether one is being built.

    If the postmortem was skipped, this also requires one again. Raises IsFinal or NothingDrafted.
    """
    incident = require_incident(session, bot, actor)
    require_not_final(session, bot, incident)
    drafting = postmortems.latest(session, incident.id) is not None
    if requirement.find_waiver(session, incident):
        _, first = requirement.require(session, bot, actor, "")
        if first:  # that already enqueued a draft
            return incident, True
    elif not drafting:
        raise NothingDrafted(key=incident.key)
    if drafting:
        history_reading.request_draft(session, incident.id, actor.at)
    return incident, drafting


def require_not_final(session: Session, bot: Bot, incident: Incident) -> None:
    """Raise IsFinal if the postmortem is final, until somebody reopens it."""
    if reviews.of_incident(session, incident.id).state is PostmortemState.FINAL:
        raise IsFinal(key=incident.key, command=bot.policy.command)


def requirement_reasons(session: Session, bot: Bot, incident: Incident) -> list[str]:
    """Return why the configuration requires a postmortem, as far as can be computed immediately.

    For a record of more than `MAX_QUICK_EVENTS` events, only events from commands are used.
    """
    is_long = timeline_counts.count(session, incident.id) > MAX_QUICK_EVENTS
    part = timeline_parts.list_commands(session, incident.id, MAX_QUICK_EVENTS) if is_long else None
    record = load_record(session, incident, part)
    context = requirement.load_context(session, bot, incident)
    built = policy_requirement.add_requirement(
        record, draft(record, bot.policy.postmortem.timeline), bot.policy, context
    )
    return [reason.text for reason in built.need.reasons] if built.need else []


def latest(session: Session, incident: Incident) -> Postmortem:
    """Return the newest draft. Raises NothingDrafted if there is none."""
    postmortem = postmortems.latest(session, incident.id)
    if postmortem is None:
        raise NothingDrafted(key=incident.key)
    return postmortem


def check_text(postmortem: Postmortem) -> tuple[list[Finding], list[Finding]]:
    """Return the blame found in a draft, and all other findings."""
    return checks.check_separately(postmortem.markdown, named_people(postmortem))


def named_people(postmortem: Postmortem) -> list[str]:
    """Return the names of the participants and of people who own action items."""
    document = postmortem.document
    people = [participant["name"] for participant in document["participants"]]
    people += [item["owner"] for item in document["action_items"] if item["owner"]]
    return [remove_outsider_label(name) for name in people]
