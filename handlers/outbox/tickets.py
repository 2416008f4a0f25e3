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
from handlers.outbox import unknown_outcomes
from handlers.outbox.job_context import JobResult, get_row_id, incident_of
from handlers.outbox.message_sender import MessageSender
from storage import action_items, people
from storage import tickets as stored
from storage.engine.store import Session

FIRST_WAIT, MAX_WAIT = timedelta(seconds=30), timedelta(hours=1)
MAX_DOUBLINGS = 7  # attempts until the longest wait is reached


def sync_ticket(sender: MessageSender, job: Job) -> JobResult:
    """Create an item's ticket if there's none, and close or reopen it if the item changed last."""
    tracker = sender.bot.tracker
    item, ticket = _read(sender, get_row_id(job, "item"))
    if tracker is None or ticket is None or ticket.tracker is not tracker.kind or ticket.is_link:
        return JobResult()
    try:
        current = _find_or_create(sender, job, item, ticket)
        if current is None:
            return JobResult()
        ticket = _store_if_new(sender, ticket, current)
        current = _push_state(sender, tracker, ticket, current)
    except TrackerError as error:
        error.wait = error.wait or _next_wait(job)
        with sender.bot.store.begin() as session:
            tickets.record_error(session, ticket, error, sender.bot.now())
        raise
    return JobResult(then=_make_sync(sender, ticket, current))


def compare_due(sender: MessageSender, job: Job) -> JobResult:
    """Compare every ticket that's due.

    An error that affects them all ends the round until later.
    """
    tracker, at = sender.bot.tracker, sender.bot.now()
    if tracker is None:
        return JobResult()
    with sender.bot.store.begin() as session:
        due = tickets.find_due(session, sender.bot, at)
    for ticket in due:
        try:
            store_outcome = _make_sync(sender, ticket, _fetch(tracker, ticket))
        except TrackerError as error:
            if error.passes:
                error.wait = error.wait or _next_wait(job)
                raise
            store_outcome = _make_record_error(sender, ticket, error)
        with sender.bot.store.begin() as session:
            store_outcome(session)
    return JobResult()


def _read(sender: MessageSender, item_id: int) -> tuple[ActionItem, Ticket | None]:
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, item_id)
        ticket = stored.of_item(session, item_id)
    assert item is not None  # noqa: S101 - items are never deleted
    return item, ticket


def _find_or_create(
    sender: MessageSender, job: Job, item: ActionItem, ticket: Ticket
) -> TrackerTicket | None:
    """Return the ticket, created if needed; None if there's none and none is needed any more."""
    tracker = sender.bot.tracker
    assert tracker is not None  # noqa: S101 - checked before
    if ticket.key:
        return _fetch(tracker, ticket)
    if job.unsure_since is not None:
        earlier = tracker.find(ticket.mark, job.unsure_since)
        if earlier is not None:
            return earlier
        unknown_outcomes.check_before_repeating(sender.bot, job, sender.repeat_after)
    return tracker.create(_new(sender, job, item, ticket)) if item.is_open else None


def _fetch(tracker: Tracker, ticket: Ticket) -> TrackerTicket:
    """Return a ticket as it is in the tracker.

    The tracker isn't asked about tickets that aren't ours.
    """
    if tracker.owns(ticket.key):
        return tracker.look(ticket.key)
    return TrackerTicket(key=ticket.key, url=ticket.url, done=False)


def _store_if_new(sender: MessageSender, ticket: Ticket, current: TrackerTicket) -> Ticket:
    """Store a new ticket at once: whatever fails from here on, a second one isn't created."""
    if ticket.key:
        return ticket
    with sender.bot.store.begin() as session:
        tickets.sync(session, sender.bot, ticket, current, sender.bot.now())
        return stored.of_item(session, ticket.item_id) or ticket


def _push_state(
    sender: MessageSender, tracker: Tracker, ticket: Ticket, current: TrackerTicket
) -> TrackerTicket:
    """Close or reopen the ticket if the item changed last and the ticket is the team's own."""
    if not tracker.owns(current.key):
        return current
    item, _ = _read(sender, ticket.item_id)
    is_over = item.is_over
    if choose_sync_step(ticket.state, here=is_over, there=current.done) is SyncStep.PUSH:
        return tracker.put(current.key, done=is_over)
    return current


def _new(sender: MessageSender, job: Job, item: ActionItem, ticket: Ticket) -> NewTicket:
    """Return a ticket's content. For a private incident, that's only the item itself."""
    incident = incident_of(sender, job)
    with sender.bot.store.begin() as session:
        owner = people.find(session, item.owner) if item.owner else None
        place = (incident.channel_id or "", item.thread_ts or item.evidence or "")
        link = None if incident.private else permalinks.permalink(session, *place)
    visible_incident = None if incident.private else incident
    facts = {"item": item, "incident": visible_incident, "owner": owner.name if owner else None}
    return NewTicket(
        title=item.text,
        lines=render.plain_lines("ticket.txt.j2", **facts),
        mark=ticket.mark,
        link=link,
        due=item.due,
        priority=item.priority,
    )


def _make_sync(
    sender: MessageSender, ticket: Ticket, current: TrackerTicket
) -> Callable[[Session], None]:
    return lambda session: tickets.sync(session, sender.bot, ticket, current, sender.bot.now())


def _make_record_error(
    sender: MessageSender, ticket: Ticket, error: TrackerError
) -> Callable[[Session], None]:
    return lambda session: tickets.record_error(session, ticket, error, sender.bot.now())


def _next_wait(job: Job) -> timedelta:
    factor: int = 2 ** min(job.attempts, MAX_DOUBLINGS)
    return min(FIRST_WAIT * factor, MAX_WAIT)
