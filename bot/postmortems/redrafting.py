"""Rebuild the postmortem after text it may quote was erased or edited, and replace every version."""

from dataclasses import replace
from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.domain.review import PostmortemState
from bot.domain.timeline import EventKind, Record
from bot.postmortems import drafts, thread_jobs
from bot.postmortems.drafts import PreparedDraft
from bot.timeline import erasure
from storage import erasure as erased
from storage import outbox, sent_messages
from storage import postmortems as stored
from storage.engine.store import Session


def cut_at_final(record: Record) -> Record:
    """Return the record that a final postmortem was made from; later entries don't change it.

    A later note may be about an earlier time, so entries are told apart by when they were recorded.
    """
    last = record.review.last
    if last is None or record.review.state is not PostmortemState.FINAL:
        return record
    earlier = [event for event in record.events if event.happened_at <= last.at]
    final = max((event.id for event in earlier if event.kind is EventKind.REVIEW), default=None)
    events = (event for event in earlier if final is None or event.id <= final)
    return replace(record, events=tuple(events))


def replace_versions(
    session: Session, incident: Incident, prepared: PreparedDraft, at: datetime
) -> None:
    """Store the new version, empty all earlier ones, and update what was posted from them."""
    postmortem = drafts.store_edit(session, incident, prepared, at, page=False)
    erased.clear_versions(session, incident.id, before=postmortem.version)
    erasure.edit_anniversaries(session, incident.id, at)
    suggestions.apply_edits(session, incident, prepared.draft.action_items, at)
    thread_jobs.enqueue(session, incident.id, JobKind.FILES, at)
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.SHARED_POSTMORTEM), at)
    newest = thread_jobs.find_summary(session, incident.id)
    for summary in erased.jobs(session, incident.id, JobKind.SUMMARY):
        if summary.id == newest or sent_messages.has_reply(session, summary.id, JobKind.REPLACED):
            continue
        job = make_incident_job(incident.id, JobKind.REPLACED, answers=summary.id)
        outbox.enqueue(session, job, at)


def update_suggestions(session: Session, incident: Incident, at: datetime) -> None:
    """Update only the suggestions, if there is no draft yet."""
    if stored.latest(session, incident.id) is None:
        current = suggestions.from_marks(session, incident)
        suggestions.apply_edits(session, incident, current, at)
