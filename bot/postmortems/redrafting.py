"""Rebuild the postmortem after text it may quote was erased or edited, and replace every version."""

from dataclasses import replace
from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.domain.review import PostmortemState
from bot.domain.timeline import EventKind, Record
from bot.postmortems import drafts
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
    then = [event for event in record.events if event.happened_at <= last.at]
    final = max((event.id for event in then if event.kind is EventKind.REVIEW), default=None)
    known = (event for event in then if final is None or event.id <= final)
    return replace(record, events=tuple(known))


def replace_versions(
    session: Session, incident: Incident, made: PreparedDraft, at: datetime
) -> None:
    """Store the new version, empty all earlier ones, and update what was posted from them."""
    kept = drafts.store_edit(session, incident, made, at, page=False)
    erased.clear_versions(session, incident.id, before=kept.version)
    erasure.edit_anniversaries(session, incident.id, at)
    suggestions.apply_edits(session, incident, made.draft.action_items, at)
    newest = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.FILES, answers=newest), at)
    for said in erased.jobs(session, incident.id, JobKind.SUMMARY):
        if said.id != newest and not sent_messages.has_reply(session, said.id, JobKind.REPLACED):
            outbox.enqueue(
                session, make_incident_job(incident.id, JobKind.REPLACED, answers=said.id), at
            )


def update_suggestions(session: Session, incident: Incident, at: datetime) -> None:
    """If there is no draft yet, update only the suggestions."""
    if stored.latest(session, incident.id) is None:
        found = suggestions.from_marks(session, incident)
        suggestions.apply_edits(session, incident, found, at)
