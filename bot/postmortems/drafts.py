"""The postmortem: drafted from the record, kept as a version, and said in the channel."""

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
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import referenced
from bot.domain.meeting import MeetingState
from bot.domain.membership_type import unmarked
from bot.domain.message_chunks import chunks
from bot.domain.requirement import Beside
from bot.domain.review import State
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft
from bot.incidents import permalinks
from bot.incidents.lifecycle import here
from bot.postmortems import checks, requirement
from bot.rendering import document_json, documents, team_templates
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

QUICKLY_READ = 1_000  # events; of a longer record, only what the bot was told is looked at at once
LONGEST_PART = 9_000  # Slack's limit for the markdown blocks of a message is 12,000
FILES = ("png", "html")


def record_of(
    session: Session, incident: Incident, part: Sequence[TimelineEvent] | None = None
) -> Record:
    """Gather everything that the incident's draft is made from, or with a `part` of its timeline."""
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


def involved(session: Session, incident: Incident, events: Sequence[TimelineEvent]) -> list[str]:
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
        found |= dict.fromkeys([event.author, *referenced(event.text)])
    found |= dict.fromkeys(role.person for role in incident.roles)
    found |= dict.fromkeys(item.owner for item in items if item.owner)
    found |= dict.fromkeys(each.by for each in sections.of_incident(session, incident.id))
    found |= dict.fromkeys(each.by for each in reviews.of_incident(session, incident.id).steps)
    return list(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A draft with all its forms, ready to be kept."""

    draft: Draft
    template: str
    document: dict[str, Any]


def prepare(bot: Bot, record: Record, beside: Beside | None = None) -> Prepared:
    """Draft the postmortem and write it out; takes its time, so outside of any transaction."""
    made = requirement.with_need(
        record, draft(record, bot.policy.postmortem.timeline), bot.policy, beside
    )
    chosen = bot.policy.postmortem
    template, markdown, html, parts = team_templates.written(
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
    return Prepared(draft=made, template=template, document=document)


def keep(session: Session, incident: Incident, made: Prepared, at: datetime) -> Postmortem:
    """Keep a draft as the next version, and write what the channel will see of it."""
    postmortem = postmortems.add(
        session, incident.id, at=at, template=made.template, **made.document
    )
    _say(session, postmortem, at)
    _follow_meeting(session, incident, at)
    show_canvas(session, incident.id, at, anew=True)
    suggestions.suggest(session, incident, made.draft.action_items, at)
    return postmortem


def keep_in_place(
    session: Session, incident: Incident, made: Prepared, at: datetime, *, page: bool
) -> Postmortem:
    """Keep what people wrote or decided as the next version, and let the messages that are there show it.

    A message is edited where its text is another; none is added but for a part that is new. With
    `page` the thread gets the page anew: of a text that is still being worked on there would be many.
    """
    before = postmortems.latest(session, incident.id)
    postmortem = postmortems.add(
        session, incident.id, at=at, template=made.template, **made.document
    )
    old, new = parts(before) if before else [], parts(postmortem)
    show(session, incident.id, at)
    for number in range(max(len(old), len(new))):
        if old[number : number + 1] != new[number : number + 1]:
            show(session, incident.id, at, part=number)
    show_canvas(session, incident.id, at)
    summary = outbox.newest(session, incident.id, JobKind.SUMMARY)
    if page:
        about = {"postmortem": postmortem.id, "file": "html"}
        outbox.put(session, for_incident(incident.id, JobKind.FILE, about, answers=summary), at)
    return postmortem


def _follow_meeting(session: Session, incident: Incident, at: datetime) -> None:
    """Let a review meeting that is to come stand under the newest draft."""
    meeting = meetings.of_incident(session, incident.id)
    if meeting is not None and meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at:
        summary = outbox.newest(session, incident.id, JobKind.SUMMARY)
        about = {"of": summary}
        outbox.put(session, for_incident(incident.id, JobKind.MEETING, about, answers=summary), at)


def show(session: Session, incident_id: int, at: datetime, part: int | None = None) -> None:
    """Let the summary, or a part in its thread, be edited to what is so when that is done."""
    summary = outbox.newest(session, incident_id, JobKind.SUMMARY)
    about: dict[str, object] = {"of": summary}
    if part is not None:
        about["part"] = part
    kind = JobKind.SUMMARY_NOW if part is None else JobKind.SECTION_NOW
    outbox.put(session, for_incident(incident_id, kind, about, answers=summary), at)


def show_canvas(session: Session, incident_id: int, at: datetime, *, anew: bool = False) -> None:
    """Let the incident's canvas show what is so when that is done.

    A canvas that somebody deleted comes back only with a draft that is posted `anew`.
    """
    about = {"anew": True} if anew else {}
    outbox.put(session, for_incident(incident_id, JobKind.CANVAS, about), at)


def again(session: Session, bot: Bot, actor: Actor) -> tuple[Incident, bool]:
    """Ask for another draft, as when late notes came in; says whether one is being made.

    Who does so after it was skipped asks for a postmortem.
    """
    incident = here(session, bot, actor)
    refuse_final(session, bot, incident)
    drafting = postmortems.latest(session, incident.id) is not None
    if requirement.waived(session, incident):
        _, first = requirement.ask(session, bot, actor, "")
        if first:  # that has put a draft on its way
            return incident, True
    elif not drafting:
        raise NothingDrafted(key=incident.key)
    if drafting:
        history_reading.request_draft(session, incident.id, actor.at)
    return incident, drafting


def refuse_final(session: Session, bot: Bot, incident: Incident) -> None:
    """What is final stays as it is, until somebody reopens it."""
    if reviews.of_incident(session, incident.id).state is State.FINAL:
        raise IsFinal(key=incident.key, command=bot.policy.command)


def reasons(session: Session, bot: Bot, incident: Incident) -> list[str]:
    """Why the policy asks for a postmortem, as far as can be told while somebody waits."""
    is_long = timeline_counts.count(session, incident.id) > QUICKLY_READ
    part = timeline_parts.commanded(session, incident.id, QUICKLY_READ) if is_long else None
    record = record_of(session, incident, part)
    beside = requirement.beside(session, bot, incident)
    made = requirement.with_need(
        record, draft(record, bot.policy.postmortem.timeline), bot.policy, beside
    )
    return [reason.text for reason in made.need.reasons] if made.need else []


def latest(session: Session, incident: Incident) -> Postmortem:
    """The newest draft; `NothingDrafted` when there is none."""
    postmortem = postmortems.latest(session, incident.id)
    if postmortem is None:
        raise NothingDrafted(key=incident.key)
    return postmortem


def parts(postmortem: Postmortem) -> list[str]:
    """The document in pieces that fit a message."""
    return chunks(postmortem.markdown, LONGEST_PART)


def findings(postmortem: Postmortem) -> tuple[list[Finding], list[Finding]]:
    """Where a draft blames its participants, and what else it should say differently."""
    return checks.apart(postmortem.markdown, people_of(postmortem))


def people_of(postmortem: Postmortem) -> list[str]:
    """The names of the participants and of those who own action items."""
    document = postmortem.document
    people = [each["name"] for each in document["participants"]]
    people += [each["owner"] for each in document["action_items"] if each["owner"]]
    return [unmarked(name) for name in people]


def _say(session: Session, postmortem: Postmortem, at: datetime) -> None:
    """The summary in the channel, everything longer in its thread."""

    def put(kind: JobKind, answers: int | None = None, **about: object) -> int:
        about |= {"postmortem": postmortem.id}
        job = for_incident(postmortem.incident_id, kind, about, answers=answers)
        return outbox.put(session, job, at)

    summary = put(JobKind.SUMMARY)
    for number in range(len(parts(postmortem))):
        put(JobKind.SECTION, summary, part=number)
    for kind in FILES:
        put(JobKind.FILE, summary, file=kind)
    outbox.put(
        session, for_incident(postmortem.incident_id, JobKind.CARD), at
    )  # links to the summary
