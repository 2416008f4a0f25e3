"""Jobs that show an action item as it is now: its message, its thread, and the postmortem."""

from datetime import datetime

from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.job import JobKind, make_incident_job
from storage import outbox, people, postmortems
from storage.engine.store import Session


def enqueue_update(session: Session, item: ActionItem, at: datetime) -> int:
    """Enqueue an update of an item's message with its current state. Return the job's id."""
    return outbox.enqueue(
        session, make_incident_job(item.incident_id, JobKind.ITEM, {"item": item.id}), at
    )


def enqueue_thread_reply(session: Session, item: ActionItem, at: datetime, **about: object) -> None:
    """Enqueue a reply in an item's thread that says what it still needs.

    The item's message comes first.
    """
    head = enqueue_update(session, item, at)
    about |= {"item": item.id}
    reply = make_incident_job(item.incident_id, JobKind.ITEM_THREAD, about, answers=head)
    outbox.enqueue(session, reply, at)


def enqueue_postmortem_update(
    session: Session, item: ActionItem, at: datetime, *, with_file: bool = False
) -> None:
    """Enqueue an update of the postmortem, even a final one; `with_file` of its HTML page too."""
    if postmortems.is_drafted(session, item.incident_id):
        about = {"items": "page" if with_file else "text"}
        outbox.enqueue(session, make_incident_job(item.incident_id, JobKind.COMPOSE, about), at)


def enqueue_presence_check(session: Session, item: ActionItem, actor: Actor) -> None:
    """Enqueue a check whether the owner is in the channel; if not, whoever assigned it is told."""
    if item.owner and actor.person not in {"", item.owner}:
        about = {"item": item.id, "owner": item.owner}
        job = make_incident_job(item.incident_id, JobKind.OWNER_ABSENT, about)
        outbox.enqueue(session, job, actor.at)


def enqueue_outsider_note(
    session: Session, before: ActionItem, item: ActionItem, at: datetime
) -> None:
    """Enqueue a note in the thread that a new owner who is an outsider gets no reminders.

    Somebody whose membership isn't known yet may be one; it's known by the time the message is
    sent.
    """
    is_new = (before.owner, before.is_open) != (item.owner, item.is_open)
    if item.is_open and item.owner and is_new and not people.is_member(session, item.owner):
        enqueue_thread_reply(session, item, at, handed=True)
