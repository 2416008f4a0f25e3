"""Ticket use cases: request one, link an existing one, and keep an item and its ticket in sync."""

from datetime import datetime, timedelta

from bot.action_items import item_jobs, items, ticket_jobs
from bot.config.context import Bot
from bot.config.policy_tickets import CreateMode
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import (
    HasTicket,
    NotATicket,
    NoTracker,
    OnlyLinked,
    TicketAlreadyRequested,
    TicketWouldBeVisible,
)
from bot.domain.actor import Actor
from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.ticket import (
    SyncStep,
    Ticket,
    TicketState,
    Tracker,
    TrackerError,
    TrackerTicket,
    choose_sync_step,
    parse_web_address,
)
from bot.rendering.render import line
from storage import action_items as stored_items
from storage import incidents, outbox, tickets
from storage.engine.store import Session

LANE = "tickets"  # for the job that compares tickets
REOPENED_FOR = timedelta(days=30)  # how long after an item was done its ticket is still checked
MAX_COMPARED = 200  # tickets compared in one run


def describe_request(session: Session, bot: Bot, item: ActionItem) -> tuple[str, str]:
    """Return where a ticket of an item would be created, and the name of the text for the form."""
    items.require_open(session, item.id)
    project = bot.policy.tickets.repository or bot.policy.tickets.project
    destination = f"{_tracker(bot).kind.label} ({project})"
    if bot.policy.tickets.create is CreateMode.NEVER:
        return destination, "ticket_only_linked"
    private = incidents.by_id(session, item.incident_id).private
    return destination, "ticket_private" if private else "ticket_help"


def request(
    session: Session, bot: Bot, actor: Actor, item_id: int, *, knowing: bool = False
) -> ActionItem:
    """Request a ticket; `knowing` if the actor was told who can read it.

    Raises OnlyLinked, HasTicket, TicketAlreadyRequested, or TicketWouldBeVisible for a private incident without
    `knowing`.
    """
    item = items.require_open(session, item_id)
    tracker = _tracker(bot)
    if bot.policy.tickets.create is CreateMode.NEVER:
        raise OnlyLinked(tracker=tracker.kind.label)
    ticket = tickets.of_item(session, item_id)
    if ticket is not None and ticket.key:
        raise HasTicket(key=ticket.key)
    if ticket is not None and outbox.has_unfinished(session, ticket_jobs.lane(item_id)):
        raise TicketAlreadyRequested
    if incidents.by_id(session, item.incident_id).private and not knowing:
        raise TicketWouldBeVisible(tracker=tracker.kind.label)
    tickets.request(session, item_id, tracker.kind, actor.person)
    ticket_jobs.enqueue(session, item, actor.at)
    return item


def link(session: Session, bot: Bot, actor: Actor, item_id: int, address: str) -> ActionItem:
    """Link an existing ticket to an item by its web address, instead of any other.

    A ticket in another repository or project is only shown: the token may reach it, but the team
    didn't configure that the bot may change it. Raises NotATicket.
    """
    item = items.require_open(session, item_id)
    tracker, url = _tracker(bot), parse_web_address(address) or ""
    key = tracker.key_of(url)
    if key is None:
        raise NotATicket(tracker=tracker.kind.label)
    tickets.link(session, item_id, tracker.kind, actor.person, key)
    if tracker.owns(key):
        ticket_jobs.enqueue(session, item, actor.at)
    else:
        _keep_link(session, item, TrackerTicket(key=key, url=url, done=False), actor.at)
    return item


def is_synced(session: Session, item_id: int) -> bool:
    """Return whether an item and its ticket are kept in sync."""
    ticket = tickets.of_item(session, item_id)
    return ticket is not None and not ticket.is_link


def _keep_link(
    session: Session, item: ActionItem, tracker_ticket: TrackerTicket, at: datetime
) -> None:
    tickets.keep_link(session, item.id, tracker_ticket.key, tracker_ticket.url)
    item_jobs.enqueue_update(session, item, at)
    item_jobs.enqueue_postmortem_update(session, item, at)


def sync(
    session: Session, bot: Bot, requested: Ticket, tracker_ticket: TrackerTicket, at: datetime
) -> None:
    """Record a ticket's state in the tracker, and sync: the side that changed last wins."""
    ticket, item = tickets.of_item(session, requested.item_id), _item(session, requested)
    if ticket is None or ticket.key != requested.key:
        return  # another ticket was linked in the meantime
    if not _tracker(bot).owns(tracker_ticket.key):
        _keep_link(session, item, tracker_ticket, at)
        return
    item_is_over = item.is_over
    step = choose_sync_step(ticket.state, here=item_is_over, there=tracker_ticket.done)
    agreed = ticket.state is TicketState.DONE if step is SyncStep.PUSH else tracker_ticket.done
    tickets.mark_synced(session, item.id, tracker_ticket, at, done=agreed)
    if step is SyncStep.PULL:
        actor = Actor(person=ticket.tracker.label, channel_id="", request_id="", at=at)
        use = items.finish if tracker_ticket.done else items.reopen
        use(session, bot, actor, item.id)
    elif step is SyncStep.PUSH and not outbox.has_unfinished(session, ticket_jobs.lane(item.id)):
        ticket_jobs.enqueue(session, item, at)
    if (ticket.key, ticket.url, ticket.trouble) != (tracker_ticket.key, tracker_ticket.url, ""):
        item_jobs.enqueue_update(session, item, at)
        item_jobs.enqueue_postmortem_update(session, item, at)


def record_error(session: Session, ticket: Ticket, error: TrackerError, at: datetime) -> None:
    """Show on the item why its ticket isn't in sync.

    If the problem is new, tell whoever requested it.
    """
    item, problem = _item(session, ticket), error.plain
    if not tickets.record_error(session, item.id, problem, at):
        return
    item_jobs.enqueue_update(session, item, at)
    if not ticket.trouble:
        text = line("ticket_trouble", item=item, trouble=problem)
        about = {"item": str(item.id), "person": ticket.asked_by, "refused": text}
        about |= {"thread": item.thread_ts or ""}
        outbox.enqueue(session, make_incident_job(item.incident_id, JobKind.ITEM_ANSWER, about), at)


def enqueue_due_check(session: Session, bot: Bot, at: datetime) -> int:
    """Enqueue a comparison of tickets if any is due. Return the number of jobs enqueued, 0 or 1."""
    if (
        bot.tracker is None
        or outbox.has_unfinished(session, LANE)
        or not find_due(session, bot, at, 1)
    ):
        return 0
    outbox.enqueue(session, Job(kind=JobKind.TICKETS, lane=LANE), at)
    return 1


def find_due(session: Session, bot: Bot, at: datetime, most: int = MAX_COMPARED) -> list[Ticket]:
    """Return the tickets that are due to be compared."""
    before = at - timedelta(minutes=bot.policy.tickets.poll_minutes)
    return tickets.due(session, _tracker(bot).kind, before, at - REOPENED_FOR, most)


def _item(session: Session, ticket: Ticket) -> ActionItem:
    item = stored_items.by_id(session, ticket.item_id)
    assert item is not None  # noqa: S101 - items are never deleted
    return item


def _tracker(bot: Bot) -> Tracker:
    if bot.tracker is None:
        raise NoTracker
    return bot.tracker
