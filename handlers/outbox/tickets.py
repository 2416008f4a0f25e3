"""Tickets in the team's tracker: made once, closed and opened as their items are, and looked at.

What goes wrong stands on the item, and is tried again for as long as it goes wrong.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.action_items import tickets
from bot.domain.action_item import ActionItem
from bot.domain.job import Job
from bot.domain.ticket import Found, NewTicket, Next, Ticket, Tracker, TrackerTrouble, next_step
from bot.incidents import permalinks
from bot.rendering import render
from handlers.outbox import late_calls
from handlers.outbox.channel_setup import JobResult, incident_of, number_in
from handlers.outbox.message_sender import MessageSender
from storage import action_items, people
from storage import tickets as stored
from storage.engine.store import Session

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_DOUBLED = 7  # tries, after which the longest wait is reached


def ticket(sender: MessageSender, job: Job) -> JobResult:
    """One item's ticket: made if there is none, then closed or opened if the item changed last."""
    tracker = sender.bot.tracker
    item, asked = _read(sender, number_in(job, "item"))
    if tracker is None or asked is None or asked.tracker is not tracker.kind or asked.is_link:
        return JobResult()
    try:
        found = _found(sender, job, item, asked)
        if found is None:
            return JobResult()
        asked = _kept(sender, asked, found)
        found = _pushed(sender, tracker, asked, found)
    except TrackerTrouble as trouble:
        trouble.wait = trouble.wait or _growing(job)
        with sender.bot.store.begin() as session:
            tickets.note_trouble(session, asked, trouble, sender.bot.now())
        raise
    return JobResult(then=_settling(sender, asked, found))


def compare(sender: MessageSender, job: Job) -> JobResult:
    """Look at every ticket that is due. What all would meet ends the round, to be gone on with later."""
    tracker, at = sender.bot.tracker, sender.bot.now()
    if tracker is None:
        return JobResult()
    with sender.bot.store.begin() as session:
        due = tickets.due(session, sender.bot, at)
    for each in due:
        try:
            settle = _settling(sender, each, _look(tracker, each))
        except TrackerTrouble as trouble:
            if trouble.passes:
                trouble.wait = trouble.wait or _growing(job)
                raise
            settle = _noting(sender, each, trouble)
        with sender.bot.store.begin() as session:
            settle(session)
    return JobResult()


def _read(sender: MessageSender, item_id: int) -> tuple[ActionItem, Ticket | None]:
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, item_id)
        asked = stored.of_item(session, item_id)
    assert item is not None  # noqa: S101 - items are never deleted
    return item, asked


def _found(sender: MessageSender, job: Job, item: ActionItem, asked: Ticket) -> Found | None:
    """The ticket as it is, made if need be; None when there is none, and none is needed any more."""
    tracker = sender.bot.tracker
    assert tracker is not None  # noqa: S101 - asked before
    if asked.key:
        return _look(tracker, asked)
    if job.unsure_since is not None:
        made = tracker.find(asked.mark, job.unsure_since)
        if made is not None:
            return made
        late_calls.before_repeating(sender.bot, job, sender.repeat_after)
    return tracker.create(_new(sender, job, item, asked)) if item.is_open else None


def _look(tracker: Tracker, asked: Ticket) -> Found:
    """A ticket as the tracker has it. About one that is not the team's own nothing is asked."""
    if tracker.owns(asked.key):
        return tracker.look(asked.key)
    return Found(key=asked.key, url=asked.url, done=False)


def _kept(sender: MessageSender, asked: Ticket, found: Found) -> Ticket:
    """Keep at once that a ticket was made: whatever fails from here on, no second one is."""
    if asked.key:
        return asked
    with sender.bot.store.begin() as session:
        tickets.settle(session, sender.bot, asked, found, sender.bot.now())
        return stored.of_item(session, asked.item_id) or asked


def _pushed(sender: MessageSender, tracker: Tracker, asked: Ticket, found: Found) -> Found:
    """The ticket closed or opened, if the item as it is now changed last, and the ticket is the team's own."""
    if not tracker.owns(found.key):
        return found
    item, _ = _read(sender, asked.item_id)
    here = item.is_over
    if next_step(asked.state, here=here, there=found.done) is Next.PUSH:
        return tracker.put(found.key, done=here)
    return found


def _new(sender: MessageSender, job: Job, item: ActionItem, asked: Ticket) -> NewTicket:
    """What a ticket says; of a private incident no more than the item itself."""
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


def _settling(sender: MessageSender, asked: Ticket, found: Found) -> Callable[[Session], None]:
    return lambda session: tickets.settle(session, sender.bot, asked, found, sender.bot.now())


def _noting(
    sender: MessageSender, asked: Ticket, trouble: TrackerTrouble
) -> Callable[[Session], None]:
    return lambda session: tickets.note_trouble(session, asked, trouble, sender.bot.now())


def _growing(job: Job) -> timedelta:
    doubled: int = 2 ** min(job.attempts, MOST_DOUBLED)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
