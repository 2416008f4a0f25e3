"""Jobs that draft an incident's postmortem, and update the draft."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.timeline import Record
from bot.postmortems import action_item_updates, drafts, redrafting, requirement
from bot.reminders import postmortem_deadlines
from handlers.outbox import reference_names
from handlers.outbox.job_context import (
    JobResult,
    channel_of,
)
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from storage import incidents as stored
from storage import people as stored_people
from storage import postmortems
from storage.engine.store import Session


def draft_postmortem(sender: MessageSender, job: Job) -> JobResult:
    """Look up everyone's name, and draft the postmortem from the record."""
    incident, _ = channel_of(sender, job)
    prepared, at = prepare_draft(sender, incident), sender.bot.now()

    def store(session: Session) -> None:
        drafts.store_draft(session, incident, prepared, at)
        postmortem_deadlines.plan(session, sender.bot, stored.by_id(session, incident.id), at)

    return JobResult(then=store)


def update_draft(sender: MessageSender, job: Job) -> JobResult:
    """Draft the postmortem from the record and what people wrote, and update it in place."""
    incident, _ = channel_of(sender, job)
    prepared, at = prepare_draft(sender, incident, redrafting.cut_at_final), sender.bot.now()
    is_page_needed, items = bool(job.about.get("page")), str(job.about.get("items") or "")
    if items:
        return JobResult(
            then=lambda session: action_item_updates.store_if_changed(
                session, incident, prepared, at, items
            )
        )
    return JobResult(
        then=lambda session: drafts.store_edit(session, incident, prepared, at, page=is_page_needed)
    )


def _keep_all(record: Record) -> Record:
    return record


def prepare_draft(
    sender: MessageSender, incident: Incident, select_part: Callable[[Record], Record] = _keep_all
) -> drafts.PreparedDraft:
    """Compose a draft from the part of the record that `select_part` returns, with people's names.

    Outside of any transaction, so that commands aren't held up, however long the record is.
    """
    with sender.bot.store.begin() as session:
        record = drafts.load_record(session, incident)
        involved = drafts.find_involved(session, incident, record.events)
    people.look_up(sender.bot, sender.client, involved)
    reference_names.learn(sender.bot, sender.client, involved)
    with sender.bot.store.begin() as session:
        names = stored_people.names(session, involved)
        outsiders = stored_people.outsiders(session, involved)
        version = postmortems.next_version(session, incident.id)
        known = replace(record, people=names, outsiders=outsiders, version=version)
        record = select_part(known)
        context = requirement.load_context(session, sender.bot, incident)
    return drafts.prepare(sender.bot, record, context)
