"""Jobs that update an item's ticket, enqueued whenever the item changes."""

from datetime import datetime

from bot.config.context import Bot
from bot.config.policy_tickets import CreateMode
from bot.domain.action_item import ActionItem
from bot.domain.job import Job, JobKind
from bot.domain.ticket import Ticket, TicketState
from storage import incidents, outbox, tickets
from storage.engine.store import Session


def lane(item_id: int) -> str:
    """Return the outbox lane of a ticket. Each ticket has its own."""
    return f"ticket:{item_id}"


def enqueue_sync(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Enqueue the update of an item's ticket.

    If the item has none, enqueue its creation, if the configuration wants a ticket for every item.
    """
    if bot.tracker is None:
        return
    ticket = tickets.of_item(session, item.id)
    if ticket is None:
        _create_automatically(session, bot, item, at)
    elif ticket.key and not ticket.is_link and (ticket.state is TicketState.DONE) != item.is_over:
        enqueue(session, item, at)


def enqueue(session: Session, item: ActionItem, at: datetime) -> None:
    job = Job(
        kind=JobKind.TICKET,
        lane=lane(item.id),
        incident_id=item.incident_id,
        about={"item": item.id},
    )
    outbox.enqueue(session, job, at)


def may_be_requested(bot: Bot, item: ActionItem, ticket: Ticket | None) -> bool:
    """Return whether a ticket may be requested or linked for an item."""
    return bot.tracker is not None and item.is_open and (ticket is None or not ticket.url)


def _create_automatically(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Create a ticket automatically, once the item has a thread that the ticket can link to.

    For a private incident, tickets are created only on request.
    """
    is_wanted = bot.policy.tickets.create is CreateMode.ALWAYS and item.is_open and item.thread_ts
    incident = incidents.by_id(session, item.incident_id)
    if bot.tracker is not None and is_wanted and not incident.private:
        requester = incident.lead or incident.declared_by
        tickets.request(session, item.id, bot.tracker.kind, requester)
        enqueue(session, item, at)
