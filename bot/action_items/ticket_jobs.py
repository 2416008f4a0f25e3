"""The steps by which an item's ticket follows it: put out whenever the item changes."""

from datetime import datetime

from bot.config.context import Bot
from bot.config.policy_tickets import Create
from bot.domain.action_item import ActionItem
from bot.domain.job import Job, JobKind
from bot.domain.ticket import Ticket, TicketState
from storage import incidents, outbox, tickets
from storage.engine.store import Session


def lane(item_id: int) -> str:
    """Each ticket waits for itself alone."""
    return f"ticket:{item_id}"


def follow(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Have an item's ticket changed as the item was, or made where the policy wants one of each."""
    if bot.tracker is None:
        return
    ticket = tickets.of_item(session, item.id)
    if ticket is None:
        _make_anyway(session, bot, item, at)
    elif ticket.key and not ticket.is_link and (ticket.state is TicketState.DONE) != item.is_over:
        put(session, item, at)


def put(session: Session, item: ActionItem, at: datetime) -> None:
    job = Job(
        kind=JobKind.TICKET,
        lane=lane(item.id),
        incident_id=item.incident_id,
        about={"item": item.id},
    )
    outbox.put(session, job, at)


def may_be_asked(bot: Bot, item: ActionItem, ticket: Ticket | None) -> bool:
    """Whether somebody may ask for a ticket of an item, or name one."""
    return bot.tracker is not None and item.is_open and (ticket is None or not ticket.url)


def _make_anyway(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Once it has a thread, to which the ticket points. Of a private incident only who asks makes one."""
    wanted = bot.policy.tickets.create is Create.ALWAYS and item.is_open and item.thread_ts
    incident = incidents.by_id(session, item.incident_id)
    if bot.tracker is not None and wanted and not incident.private:
        by = incident.lead or incident.declared_by
        tickets.ask(session, item.id, bot.tracker.kind, by)
        put(session, item, at)
