"""Use cases of a ticket: ask for one, link one that there is, keep it and its item in step."""

from datetime import datetime, timedelta

from bot.action_items import items, ticket_jobs
from bot.config.context import Bot
from bot.config.policy_tickets import Create
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import (
    HasTicket,
    MayBeRead,
    NotATicket,
    NoTracker,
    OnlyLinked,
    TicketAsked,
)
from bot.domain.actor import Actor
from bot.domain.job import Job, JobKind, for_incident
from bot.domain.ticket import (
    Found,
    Next,
    Ticket,
    TicketState,
    Tracker,
    TrackerTrouble,
    address_in,
    next_step,
)
from bot.rendering.render import line
from storage import action_items as stored_items
from storage import incidents, outbox, tickets
from storage.engine.store import Session

LANE = "tickets"  # of looking at all that are there
REOPENED_FOR = timedelta(days=30)  # so long after an item was done its ticket is still looked at
MOST = 200  # tickets that are compared in one go


def offer(session: Session, bot: Bot, item: ActionItem) -> tuple[str, str]:
    """Where a ticket of an item would be made, and the line that says what it would hold."""
    items.open_item(session, item.id)
    where = (
        f"{_tracker(bot).kind.label}, {bot.policy.tickets.repository or bot.policy.tickets.project}"
    )
    if bot.policy.tickets.create is Create.NEVER:
        return where, "ticket_only_linked"
    private = incidents.by_id(session, item.incident_id).private
    return where, "ticket_private" if private else "ticket_help"


def ask(
    session: Session, bot: Bot, actor: Actor, item_id: int, *, knowing: bool = False
) -> ActionItem:
    """Have a ticket made; `knowing` when the asker was told who may read it."""
    item = items.open_item(session, item_id)
    tracker = _tracker(bot)
    if bot.policy.tickets.create is Create.NEVER:
        raise OnlyLinked(tracker=tracker.kind.label)
    known = tickets.of_item(session, item_id)
    if known is not None and known.key:
        raise HasTicket(key=known.key)
    if known is not None and outbox.is_waiting(session, ticket_jobs.lane(item_id)):
        raise TicketAsked
    if incidents.by_id(session, item.incident_id).private and not knowing:
        raise MayBeRead(tracker=tracker.kind.label)
    tickets.ask(session, item_id, tracker.kind, actor.person)
    ticket_jobs.put(session, item, actor.at)
    return item


def link(session: Session, bot: Bot, actor: Actor, item_id: int, address: str) -> ActionItem:
    """Take a ticket that there is for the item's, by its web address; the last one counts.

    One of another repository or project is only shown: our token may reach it, and the team did not say
    that we may change it.
    """
    item = items.open_item(session, item_id)
    tracker, url = _tracker(bot), address_in(address) or ""
    key = tracker.key_of(url)
    if key is None:
        raise NotATicket(tracker=tracker.kind.label)
    tickets.link(session, item_id, tracker.kind, actor.person, key)
    if tracker.owns(key):
        ticket_jobs.put(session, item, actor.at)
    else:
        _keep_link(session, item, Found(key=key, url=url, done=False), actor.at)
    return item


def is_synced(session: Session, item_id: int) -> bool:
    """Whether an item and its ticket are kept in step."""
    ticket = tickets.of_item(session, item_id)
    return ticket is not None and not ticket.is_link


def _keep_link(session: Session, item: ActionItem, found: Found, at: datetime) -> None:
    tickets.keep_link(session, item.id, found.key, found.url)
    items.show(session, item, at)
    items.update_postmortem(session, item, at)


def settle(session: Session, bot: Bot, asked: Ticket, found: Found, at: datetime) -> None:
    """Keep how a ticket was found, and let the item follow it where the ticket changed last."""
    ticket, item = tickets.of_item(session, asked.item_id), _item(session, asked)
    if ticket is None or ticket.key != asked.key:
        return  # another was linked meanwhile
    if not _tracker(bot).owns(found.key):
        _keep_link(session, item, found, at)
        return
    here = item.is_over
    step = next_step(ticket.state, here=here, there=found.done)
    agreed = ticket.state is TicketState.DONE if step is Next.PUSH else found.done
    tickets.agree(session, item.id, found, at, done=agreed)
    if step is Next.PULL:
        actor = Actor(person=ticket.tracker.label, channel_id="", request_id="", at=at)
        use = items.finish if found.done else items.reopen
        use(session, bot, actor, item.id)
    elif step is Next.PUSH and not outbox.is_waiting(session, ticket_jobs.lane(item.id)):
        ticket_jobs.put(session, item, at)
    if (ticket.key, ticket.url, ticket.trouble) != (found.key, found.url, ""):
        items.show(session, item, at)
        items.update_postmortem(session, item, at)


def note_trouble(session: Session, ticket: Ticket, trouble: TrackerTrouble, at: datetime) -> None:
    """Show on the item why its ticket is not in step, and tell who asked when that begins."""
    item, said = _item(session, ticket), trouble.plain
    if not tickets.note_trouble(session, item.id, said, at):
        return
    items.show(session, item, at)
    if not ticket.trouble:
        told = line("ticket_trouble", item=item, trouble=said)
        about = {"item": str(item.id), "person": ticket.asked_by, "refused": told}
        about |= {"thread": item.thread_ts or ""}
        outbox.put(session, for_incident(item.incident_id, JobKind.ITEM_ANSWER, about), at)


def look(session: Session, bot: Bot, at: datetime) -> int:
    """Have the tickets compared of which nobody knows for a while whether they changed."""
    if bot.tracker is None or outbox.is_waiting(session, LANE) or not due(session, bot, at, 1):
        return 0
    outbox.put(session, Job(kind=JobKind.TICKETS, lane=LANE), at)
    return 1


def due(session: Session, bot: Bot, at: datetime, most: int = MOST) -> list[Ticket]:
    """The tickets that are to be compared now."""
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
