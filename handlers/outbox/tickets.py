"""Tickets in the team's tracker: created once, closed and reopened with their items, and compared.

Errors are shown on the item, and retried for as long as they last.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.action_items import tickets
from bot.domain.action_item import ActionItem
from bot.domain.job import Job
from bot.domain.ticket import (
    NewTicket,
    SyncStep,
    Ticket,
    Tracker,
    TrackerError,
    TrackerTicket,
    choose_sync_step,
)
from bot.incidents import permalinks
from bot.rendering import render
from handlers.outbox import late_calls
from handlers.outbox.channel_setup import JobResult, get_row_id, incident_of
from handlers.outbox.message_sender import MessageSender
from storage import action_items, people
from storage import tickets as stored
from storage.engine.store import Session

FIRST_WAIT, MAX_WAIT = timedelta(seconds=30), timedelta(hours=1)
MAX_DOUBLINGS = 7  # attempts until the longest wait is reached


def sync_ticket(sender: MessageSender, job: Job) -> JobResult:
    """Create an item's ticket if there's none, and close or reopen it if the item changed last."""
    tracker = sender.bot.tracker
    item, asked = _read(sender, get_row_id(job, "item"))
    if tracker is None or asked is None or asked.tracker is not tracker.kind or asked.is_link:
        return JobResult()
    try:
        found = _find_or_create(sender, job, item, asked)
        if found is None:
            return JobResult()
        asked = _store_if_new(sender, asked, found)
        found = _push_state(sender, tracker, asked, found)
    except TrackerError as trouble:
        trouble.wait = trouble.wait or _next_wait(job)
        with sender.bot.store.begin() as session:
            tickets.record_error(session, asked, trouble, sender.bot.now())
        raise
    return JobResult(then=_make_sync(sender, asked, found))


def compare_due(sender: MessageSender, job: Job) -> JobResult:
    """Compare every ticket that's due.

    An error that affects them all ends the round until later.
    """
    tracker, at = sender.bot.tracker, sender.bot.now()
    if tracker is None:
        return JobResult()
    with sender.bot.store.begin() as session:
        due = tickets.find_due(session, sender.bot, at)
    for each in due:
        try:
            settle = _make_sync(sender, each, _fetch(tracker, each))
        except TrackerError as trouble:
            if trouble.passes:
                trouble.wait = trouble.wait or _next_wait(job)
                raise
            settle = _make_record_error(sender, each, trouble)
        with sender.bot.store.begin() as session:
            settle(session)
    return JobResult()


def _read(sender: MessageSender, item_id: int) -> tuple[ActionItem, Ticket | None]:
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, item_id)
        asked = stored.of_item(session, item_id)
    assert item is not None  # noqa: S101 - items are never deleted
    return item, asked


def _find_or_create(
    sender: MessageSender, job: Job, item: ActionItem, asked: Ticket
) -> TrackerTicket | None:
    """Return the ticket, created if needed; None if there's none and none is needed any more."""
    tracker = sender.bot.tracker
    assert tracker is not None  # noqa: S101 - checked before
    if asked.key:
        return _fetch(tracker, asked)
    if job.unsure_since is not None:
        made = tracker.find(asked.mark, job.unsure_since)
        if made is not None:
            return made
        late_calls.check_before_repeating(sender.bot, job, sender.repeat_after)
    return tracker.create(_new(sender, job, item, asked)) if item.is_open else None


def _fetch(tracker: Tracker, asked: Ticket) -> TrackerTicket:
    """Return a ticket as it is in the tracker.

    The tracker isn't asked about tickets that aren't ours.
    """
    if tracker.owns(asked.key):
        return tracker.look(asked.key)
    return TrackerTicket(key=asked.key, url=asked.url, done=False)


def _store_if_new(sender: MessageSender, asked: Ticket, found: TrackerTicket) -> Ticket:
    """Store a new ticket at once: whatever fails from here on, a second one isn't created."""
    if asked.key:
        return asked
    with sender.bot.store.begin() as session:
        tickets.sync(session, sender.bot, asked, found, sender.bot.now())
        return stored.of_item(session, asked.item_id) or asked


def _push_state(
    sender: MessageSender, tracker: Tracker, asked: Ticket, found: TrackerTicket
) -> TrackerTicket:
    """Close or reopen the ticket if the item changed last and the ticket is the team's own."""
    if not tracker.owns(found.key):
        return found
    item, _ = _read(sender, asked.item_id)
    here = item.is_over
    if choose_sync_step(asked.state, here=here, there=found.done) is SyncStep.PUSH:
        return tracker.put(found.key, done=here)
    return found


def _new(sender: MessageSender, job: Job, item: ActionItem, asked: Ticket) -> NewTicket:
    """Return a ticket's content. For a private incident, that's only the item itself."""
    incident = incident_of(sender, job)
    with sender.bot.store.begin() as session:
        owner = people.find(session, item.owner) if item.owner else None
        place = (incident.channel_id or "", item.thread_ts or item.evidence or "")
        link = None if incident.private else permalinks.permalink(session, *place)
    shown = None if incident.private else incident
    facts = {"item": item, "incident": shown, "owner": owner.name if owner else None}
    return NewTicket(
        title=item.text,
        lines=render.plain_lines("ticket.txt.j2", **facts),
        mark=asked.mark,
        link=link,
        due=item.due,
        priority=item.priority,
    )


def _make_sync(
    sender: MessageSender, asked: Ticket, found: TrackerTicket
) -> Callable[[Session], None]:
    return lambda session: tickets.sync(session, sender.bot, asked, found, sender.bot.now())


def _make_record_error(
    sender: MessageSender, asked: Ticket, trouble: TrackerError
) -> Callable[[Session], None]:
    return lambda session: tickets.record_error(session, asked, trouble, sender.bot.now())


def _next_wait(job: Job) -> timedelta:
    doubled: int = 2 ** min(job.attempts, MAX_DOUBLINGS)
    return min(FIRST_WAIT * doubled, MAX_WAIT)
