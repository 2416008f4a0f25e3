"""What all jobs share: their result, and the incident, channel and message that a job is about."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.refusals import NO_CHANNEL, UNANSWERABLE
from handlers.outbox.message_sender import CannotPost, MessageSender
from storage import incidents as stored
from storage import outbox
from storage.engine.store import Session


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job: the posted message, if any, and what to store with the outcome."""

    channel_id: str | None = None
    message_id: str | None = None
    then: Callable[[Session], object] | None = None


def incident_of(sender: MessageSender, job: Job) -> Incident:
    assert job.incident_id is not None  # noqa: S101 - written by the use cases of an incident
    with sender.bot.store.begin() as session:
        return stored.by_id(session, job.incident_id)


def channel_of(sender: MessageSender, job: Job) -> tuple[Incident, str]:
    incident = incident_of(sender, job)
    if incident.channel_id is None:
        raise CannotPost(NO_CHANNEL)
    return incident, incident.channel_id


def find_parent_message(sender: MessageSender, job: Job) -> tuple[str, str]:
    """Return the channel and message id of the message that a job replies to.

    Raises CannotPost if that message wasn't posted.
    """
    with sender.bot.store.begin() as session:
        place = outbox.find_posted_message(session, job.answers or 0)
    if place is None:
        raise CannotPost(UNANSWERABLE)
    return place


def get_row_id(job: Job, name: str) -> int:
    """Return one of our row ids from a job's facts."""
    return int(str(job.about[name]))
