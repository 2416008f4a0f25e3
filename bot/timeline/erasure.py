"""Erasure: remove the text of a deleted or forgotten message everywhere it was stored or posted.

Effects:

- The record keeps a line without text, marked as deleted. Its revisions and corrections are
  removed.
- The postmortem is rebuilt from the remaining record. Earlier versions are emptied, and their
  posted parts and files deleted. The stored answer of a model is deleted.
- A suggested action item that nobody accepted is withdrawn. One that somebody typed or accepted
  keeps its text, and so does the incident title, because a person chose those words.
- Text that people typed elsewhere (sections, notes, updates, reasons) stays, but verbatim quotes
  are replaced.
- The bot's messages that showed the text are edited in place, or deleted if nothing is left to say.

The jobs enqueued here run within seconds. Ephemeral messages and forms that are open on somebody's
screen can't be changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.action_item import ItemState
from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.markup import find_references, to_plain_text
from bot.domain.timeline import Deletion, EventKind, TimelineEvent
from bot.rendering import render
from bot.slack_text.styles import remove_styles
from bot.timeline.quotes import Quotes, build_quotes, is_part_of
from storage import action_items, app_updates, incidents, model_answers, outbox, people
from storage import erasure as stored
from storage import timeline as events
from storage.engine.store import Session

# Entries that consist only of text; the others also say what was done.
_TEXT_KINDS = frozenset({EventKind.NOTE, EventKind.IMPACT, EventKind.UPDATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What an erasure removed besides the message, and what it left for people to decide."""

    withdrawn: tuple[int, ...] = ()  # suggested action items, by number
    kept: tuple[int, ...] = ()  # action items that somebody typed or accepted
    quoted: int = 0  # timeline entries in which a quote was replaced
    redrafted: bool = False


def erase(session: Session, event: TimelineEvent, deletion: Deletion, at: datetime) -> Erased:
    """Remove a message's text from its record and from everything derived from it."""
    if event.deleted:  # already erased; only the reason is new
        events.erase(session, event, deletion)
        return Erased()
    for copy in stored.copies(session, event):
        _erase_states(session, copy, deletion, at)
    return _erase_states(session, event, deletion, at)


def restore(session: Session, event: TimelineEvent, message: TimelineEvent, at: datetime) -> None:
    """Restore a message that was erased because it was missing from Slack's history but is there again."""
    events.restore(session, event, message)
    incident_id = stored.incident_of(session, event.id)
    if stored.latest_version(session, incident_id):
        rebuild_postmortem(session, incident_id, at)


def apply_edit(session: Session, event: TimelineEvent, at: datetime) -> None:
    """Update everything derived from a message after an edit. The edit history is kept."""
    incident_id = stored.incident_of(session, event.id)
    cited = stored.is_cited(session, incident_id, event.message_id)
    suggested = stored.undecided_items(session, incident_id, event.message_id)
    if cited or suggested or _is_being_drafted(session, incident_id):
        rebuild_postmortem(session, incident_id, at)
    _enqueue_entry_updates(session, incident_id, {event.message_id}, at)


def rebuild_postmortem(session: Session, incident_id: int, at: datetime) -> None:
    """Rebuild the postmortem from the current record, and replace every version."""
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.REDRAFT), at)


def _erase_states(
    session: Session, event: TimelineEvent, deletion: Deletion, at: datetime
) -> Erased:
    """Erase a message and the updates that an application made to it."""
    states = [event, *app_updates.updates_of(session, event)]
    erased = [_erase(session, state, deletion, at) for state in states]
    return Erased(
        withdrawn=tuple(item for result in erased for item in result.withdrawn),
        kept=tuple(item for result in erased for item in result.kept),
        quoted=sum(result.quoted for result in erased),
        redrafted=any(result.redrafted for result in erased),
    )


def _erase(session: Session, event: TimelineEvent, deletion: Deletion, at: datetime) -> Erased:
    incident_id = stored.incident_of(session, event.id)
    stored.lock_incident(session, incident_id)
    undecided = stored.undecided_items(session, incident_id, event.message_id)
    repeated = [
        *_find_repeated_texts(session, incident_id, event),
        *_item_texts(session, undecided),
    ]
    commanded = _texts_recorded_by_command(session, incident_id, event)
    events.erase(session, event, deletion)
    withdraw_suggestions(session, undecided, at)
    changed = _replace_quotes(session, incident_id, repeated, commanded)
    affected_ids = {event.message_id, *(entry.message_id for entry in changed)}
    _enqueue_entry_updates(session, incident_id, affected_ids, at)
    drafted = stored.latest_version(session, incident_id)
    stored.clear_versions(session, incident_id, before=drafted)
    model_answers.clear(session, incident_id)
    redrafted = bool(drafted) or _is_being_drafted(session, incident_id)
    if redrafted:
        rebuild_postmortem(session, incident_id, at)
    return Erased(
        withdrawn=tuple(undecided),
        kept=tuple(stored.accepted_items(session, incident_id, event.message_id)),
        quoted=len(changed),
        redrafted=redrafted,
    )


def withdraw_suggestions(session: Session, item_ids: Iterable[int], at: datetime) -> None:
    """Withdraw suggestions whose message no longer supports them, with their text."""
    text = render.line("item_withdrawn")
    for item_id in item_ids:
        before = action_items.by_id(session, item_id)
        if before is None or before.text == text:
            continue
        item = action_items.change(
            session, item_id, by="", at=at, text=text, state=ItemState.DROPPED
        )
        job = make_incident_job(item.incident_id, JobKind.ITEM, {"item": item_id})
        outbox.enqueue(session, job, at)


def _find_repeated_texts(session: Session, incident_id: int, event: TimelineEvent) -> list[str]:
    """Return every form in which a message's text may be repeated."""
    versions = [event.text, *stored.earlier_texts(session, event.id)]
    names = people.names(session, [person for text in versions for person in find_references(text)])
    drafted = stored.statements_from(session, incident_id, event.message_id)
    readable = [to_plain_text(text, names) for text in versions]
    return [*versions, *readable, *map(remove_styles, readable), *drafted]


def _item_texts(session: Session, item_ids: Iterable[int]) -> Iterator[str]:
    for item_id in item_ids:
        item = action_items.by_id(session, item_id)
        yield item.text if item else ""


def _texts_recorded_by_command(
    session: Session, incident_id: int, event: TimelineEvent
) -> list[str]:
    """Return what a message asked the bot to record: a note's text, the reason for a decision."""
    if event.kind is not EventKind.COMMAND and event.thread_id is None:
        return []
    commands = stored.commands_by_author(session, incident_id, event)
    message_text = to_plain_text(event.text, {})
    texts = [
        text for command in commands for text in (command.text, command.text.rpartition(": ")[2])
    ]
    return [text for text in texts if is_part_of(to_plain_text(text, {}), message_text)]


def _replace_quotes(
    session: Session, incident_id: int, texts: Iterable[str], commanded: Iterable[str]
) -> list[TimelineEvent]:
    """Replace verbatim quotes; return the timeline entries that changed.

    An entry or section that consisted only of quotes is emptied.
    """
    quotes = build_quotes(texts, render.line("removed_quote"))
    whole_texts = {form for text in commanded for form in (text, to_plain_text(text, {})) if form}
    if not (quotes.sentences or whole_texts):
        return []
    stored.rewrite_jobs(session, incident_id, quotes.replace_in_json)
    change = partial(_remove_quotes, quotes, whole_texts)
    changed = stored.rewrite(session, incident_id, change)
    stored.clear_sections(session, incident_id, quotes.is_only_quotes)
    for entry in changed:
        if entry.kind in _TEXT_KINDS and not entry.detail and quotes.is_only_quotes(entry.text):
            events.erase(session, entry, Deletion.REPORTED)
    return changed


def _remove_quotes(quotes: Quotes, whole_texts: Iterable[str], text: str) -> str:
    """Return a text without quotes.

    A text in `whole` is removed only if it's all of it, or its reason.
    """
    for typed_text in whole_texts:
        if text == typed_text or text.endswith(f": {typed_text}"):
            text = text.removesuffix(typed_text) + quotes.replacement
    return quotes.replace_in(text)


def _enqueue_entry_updates(
    session: Session, incident_id: int, changed: set[str], at: datetime
) -> None:
    """Update messages that show these entries: notices, update requests, card and announcement."""
    for notice in stored.jobs(session, incident_id, JobKind.NOTICE):
        if notice.about.get("event") in changed:
            _enqueue_edit(session, notice, at)
    if not any(message_id.startswith("deed-") for message_id in changed):
        return
    for request in stored.jobs(session, incident_id, JobKind.UPDATE_DUE):
        _enqueue_edit(session, request, at)
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.CARD), at)
    if not incidents.by_id(session, incident_id).private:
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.ANNOUNCEMENT), at)


def _enqueue_edit(session: Session, posted_job: Job, at: datetime) -> None:
    """Render a posted message again, after everything queued before it in its lane."""
    incident_id = posted_job.incident_id
    edit = Job(
        kind=JobKind.EDIT, lane=posted_job.lane, incident_id=incident_id, answers=posted_job.id
    )
    outbox.enqueue(session, edit, at)


def edit_anniversaries(session: Session, incident_id: int, at: datetime) -> None:
    """Edit the one-year reminder of an incident, which quotes the postmortem's lesson."""
    for posted_job in stored.jobs(session, incident_id, JobKind.YEAR_AGO):
        _enqueue_edit(session, posted_job, at)


def _is_being_drafted(session: Session, incident_id: int) -> bool:
    """Return whether a draft in progress may have read the text."""
    kinds = (JobKind.DRAFT, JobKind.COMPLETE_DRAFT)
    return any(outbox.is_running(session, incident_id, kind) for kind in kinds)
