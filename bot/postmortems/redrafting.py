"""Rebuild the postmortem after text it may quote was erased or edited, and replace every version."""

from dataclasses import replace
from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind, for_incident
from bot.domain.review import State
from bot.domain.timeline import Kind, Record
from bot.postmortems import drafts
from bot.postmortems.drafts import Prepared
from bot.timeline import erasure
from storage import erasure as erased
from storage import outbox, sent_messages
from storage import postmortems as stored
from storage.engine.store import Session


def until_final(record: Record) -> Record:
    """Return the record that a final postmortem was made from; what came later doesn't change it.

    A later note may be about an earlier time, so entries are told apart by when they were recorded.
    """
    last = record.review.last
    if last is None or record.review.state is not State.FINAL:
        return record
    then = [event for event in record.events if event.happened_at <= last.at]
    final = max((event.id for event in then if event.kind is Kind.REVIEW), default=None)
    known = (event for event in then if final is None or event.id <= final)
    return replace(record, events=tuple(known))


def keep(session: Session, incident: Incident, made: Prepared, at: datetime) -> None:
    """Store the new version, empty all earlier ones, and update what was posted from them."""
    kept = drafts.keep_in_place(session, incident, made, at, page=False)
    erased.clear_versions(session, incident.id, before=kept.version)
    erasure.edit_anniversaries(session, incident.id, at)
    suggestions.follow_edits(session, incident, made.draft.action_items, at)
    newest = outbox.newest(session, incident.id, JobKind.SUMMARY)
    outbox.put(session, for_incident(incident.id, JobKind.FILES, answers=newest), at)
    for said in erased.jobs(session, incident.id, JobKind.SUMMARY):
        if said.id != newest and not sent_messages.is_answered(session, said.id, JobKind.REPLACED):
            outbox.put(session, for_incident(incident.id, JobKind.REPLACED, answers=said.id), at)


def without_draft(session: Session, incident: Incident, at: datetime) -> None:
    """If there is no draft yet, update only the suggestions."""
    if stored.latest(session, incident.id) is None:
        found = suggestions.from_marks(session, incident)
        suggestions.follow_edits(session, incident, found, at)
