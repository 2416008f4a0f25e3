"""The postmortem draft: built from the record, stored as a version, posted in the channel."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.domain.job import JobKind, make_incident_job
from bot.domain.markup import find_references
from bot.domain.meeting import MeetingState
from bot.domain.membership_type import remove_outsider_label
from bot.domain.requirement import RequirementContext
from bot.domain.review import PostmortemState
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft
from bot.incidents import permalinks
from bot.incidents.lifecycle import require_incident
from bot.postmortems import checks, requirement
from bot.rendering import document_json, documents, team_templates
from bot.rendering.message_chunks import split_message
from bot.rendering.template_parts import fitted
from bot.timeline import history_reading
from storage import action_items as stored_items
from storage import (
    incidents,
    meetings,
    outbox,
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

QUICKLY_READ = 1_000  # events; for a longer record, immediate answers use only some of them
MAX_PART_LENGTH = 9_000  # characters; Slack's limit for the markdown blocks of a message is 12,000
FILES = ("png", "html")


def load_record(
    session: Session, incident: Incident, part: Sequence[TimelineEvent] | None = None
) -> Record:
    """Return everything that the draft is built from, or only for a `part` of the timeline."""
    events = timeline.of_incident(session, incident.id) if part is None else part
    most = None if part is None else QUICKLY_READ
    every = stored_items.of_incident(session, incident.id, most)
    ids = _involved(session, incident, events, every)
    return Record(
        incident=incident,
        events=tuple(events),
        people=people.names(session, ids),
        outsiders=people.outsiders(session, ids),
        action_items=tuple(every),
        workspace=permalinks.workspace(session),
        items_as_of=stored_items.last_change(session, incident.id),
        tickets=tickets.of_items(session, [item.id for item in every]),
        fetched=timeline_counts.fetched(session, incident.id),
        gaps=incidents.comparison(session, incident.id).gaps,
        unread=history_reading.find_unread(session, incident.id),
        sections=sections.of_incident(session, incident.id),
        review=reviews.of_incident(session, incident.id),
    )


def find_involved(
    session: Session, incident: Incident, events: Sequence[TimelineEvent]
) -> list[str]:
    """The ids of everyone who wrote, was referenced, holds a role or owns an action item."""
    return _involved(session, incident, events, stored_items.of_incident(session, incident.id))


def _involved(
    session: Session,
    incident: Incident,
    events: Sequence[TimelineEvent],
    items: Sequence[ActionItem],
) -> list[str]:
    found: dict[str, None] = {incident.declared_by: None}
    for event in events:
        found |= dict.fromkeys([event.author, *find_references(event.text)])
    found |= dict.fromkeys(role.person for role in incident.roles)
    found |= dict.fromkeys(item.owner for item in items if item.owner)
    found |= dict.fromkeys(each.by for each in sections.of_incident(session, incident.id))
    found |= dict.fromkeys(each.by for each in reviews.of_incident(session, incident.id).steps)
    return list(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedDraft:
    """A draft in all its formats, ready to be stored."""

    draft: Draft
    template: str
    document: dict[str, Any]


def prepare(bot: Bot, record: Record, beside: RequirementContext | None = None) -> PreparedDraft:
    """Build and render the draft. This is slow, so call it outside of transactions."""
    made = requirement.add_requirement(
        record, draft(record, bot.policy.postmortem.timeline), bot.policy, beside
    )
    chosen = bot.policy.postmortem
    template, markdown, html, parts = team_templates.render_or_fall_back(
        made,
        chosen.template_by_severity[record.incident.severity or Severity.P2],
        chosen.templates,
    )
    made = fitted(made, parts)
    document = {
        "state": made.review.state,
        "markdown": markdown,
        "html": html,
        "picture": documents.picture(made),
        "picture_text": documents.picture_text(made),
        "document": json.loads(document_json.as_json(made)),
    }
    return PreparedDraft(draft=made, template=template, document=document)


def store_draft(
    session: Session, incident: Incident, made: PreparedDraft, at: datetime
) -> Postmortem:
    """Store a draft as the next version, and enqueue its messages and suggestions."""
    postmortem = postmortems.add(
        session, incident.id, at=at, template=made.template, **made.document
    )
    _enqueue_messages(session, postmortem, at)
    _enqueue_meeting_update(session, incident, at)
    enqueue_canvas_update(session, incident.id, at, anew=True)
    suggestions.add_from_draft(session, incident, made.draft.action_items, at)
    return postmortem


def store_edit(
    session: Session, incident: Incident, made: PreparedDraft, at: datetime, *, page: bool
) -> Postmortem:
    """Store an edited text as the next version, and update the existing messages.

    Only messages whose text changed are edited; new ones are posted only for additional parts. With
    `page`, the HTML page is posted again in the thread. It isn't posted for every edit because
    there would be many.
    """
    before = postmortems.latest(session, incident.id)
    postmortem = postmortems.add(
        session, incident.id, at=at, template=made.template, **made.document
    )
    old, new = split_document(before) if before else [], split_document(postmortem)
    enqueue_summary_update(session, incident.id, at)
    for number in range(max(len(old), len(new))):
        if old[number : number + 1] != new[number : number + 1]:
            enqueue_summary_update(session, incident.id, at, part=number)
    enqueue_canvas_update(session, incident.id, at)
    summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
    if page:
        about = {"postmortem": postmortem.id, "file": "html"}
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.FILE, about, answers=summary), at
        )
    return postmortem


def _enqueue_meeting_update(session: Session, incident: Incident, at: datetime) -> None:
    """Enqueue an update of the review meeting's message, if the meeting is still to come.

    The message belongs under the newest draft.
    """
    meeting = meetings.of_incident(session, incident.id)
    if meeting is not None and meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at:
        summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
        about = {"of": summary}
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.MEETING, about, answers=summary), at
        )


def enqueue_summary_update(
    session: Session, incident_id: int, at: datetime, part: int | None = None
) -> None:
    """Enqueue an update of the summary, or of a part in its thread.

    The text is looked up when the job runs.
    """
    summary = outbox.find_last_id(session, incident_id, JobKind.SUMMARY)
    about: dict[str, object] = {"of": summary}
    if part is not None:
        about["part"] = part
    kind = JobKind.SUMMARY_NOW if part is None else JobKind.SECTION_NOW
    outbox.enqueue(session, make_incident_job(incident_id, kind, about, answers=summary), at)


def enqueue_canvas_update(
    session: Session, incident_id: int, at: datetime, *, anew: bool = False
) -> None:
    """Enqueue an update of the incident's canvas. The text is looked up when the job runs.

    A canvas that somebody deleted is created again only for a newly posted draft (`anew`).
    """
    about = {"anew": True} if anew else {}
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.CANVAS, about), at)


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

    For a record of more than `QUICKLY_READ` events, only events from commands are used.
    """
    is_long = timeline_counts.count(session, incident.id) > QUICKLY_READ
    part = timeline_parts.list_commands(session, incident.id, QUICKLY_READ) if is_long else None
    record = load_record(session, incident, part)
    beside = requirement.load_context(session, bot, incident)
    made = requirement.add_requirement(
        record, draft(record, bot.policy.postmortem.timeline), bot.policy, beside
    )
    return [reason.text for reason in made.need.reasons] if made.need else []


def latest(session: Session, incident: Incident) -> Postmortem:
    """Return the newest draft. Raises NothingDrafted if there is none."""
    postmortem = postmortems.latest(session, incident.id)
    if postmortem is None:
        raise NothingDrafted(key=incident.key)
    return postmortem


def split_document(postmortem: Postmortem) -> list[str]:
    """Return the document in parts that fit in a message."""
    return split_message(postmortem.markdown, MAX_PART_LENGTH)


def check_text(postmortem: Postmortem) -> tuple[list[Finding], list[Finding]]:
    """Return the blame found in a draft, and all other findings."""
    return checks.check_separately(postmortem.markdown, named_people(postmortem))


def named_people(postmortem: Postmortem) -> list[str]:
    """Return the names of the participants and of people who own action items."""
    document = postmortem.document
    people = [each["name"] for each in document["participants"]]
    people += [each["owner"] for each in document["action_items"] if each["owner"]]
    return [remove_outsider_label(name) for name in people]


def _enqueue_messages(session: Session, postmortem: Postmortem, at: datetime) -> None:
    """Enqueue the summary for the channel, and everything longer for its thread."""

    def put(kind: JobKind, answers: int | None = None, **about: object) -> int:
        about |= {"postmortem": postmortem.id}
        job = make_incident_job(postmortem.incident_id, kind, about, answers=answers)
        return outbox.enqueue(session, job, at)

    summary = put(JobKind.SUMMARY)
    for number in range(len(split_document(postmortem))):
        put(JobKind.SECTION, summary, part=number)
    for kind in FILES:
        put(JobKind.FILE, summary, file=kind)
    outbox.enqueue(
        session, make_incident_job(postmortem.incident_id, JobKind.CARD), at
    )  # links to the summary
