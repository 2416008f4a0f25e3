"""Never message guests or people from other workspaces first.

They get replies to their requests, but no other message to one person.
"""

from collections.abc import Mapping

from bot.domain.job import Job, JobKind
from bot.reminders.delivery import reassign_outsider
from handlers.outbox.job_context import JobResult
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from storage import people as stored

# Messages to one person, and the fact that names the person. When somebody becomes an outsider,
# `handlers.outbox.direct_messages` clears their Home tab.
RECIPIENT_FACTS: Mapping[JobKind, str] = {
    JobKind.HELLO: "person",
    JobKind.REMINDER: "owner",
    JobKind.UPDATE_DUE: "person",
    JobKind.CHECK_IN: "person",
    JobKind.ROLE_ASSIGNED: "person",
    JobKind.GREETING: "person",
    JobKind.MEETING_DRAFT: "person",
    JobKind.HANDED_OVER: "person",
}


def withhold_from_outsider(sender: MessageSender, job: Job) -> JobResult | None:
    """Return the result of a message that isn't sent to an outsider; None if it may be sent."""
    fact = RECIPIENT_FACTS.get(job.kind)
    person = job.about.get(fact) if fact else None
    if person is None or not is_outsider(sender, str(person)):
        return None
    if job.kind is not JobKind.REMINDER:
        return JobResult()
    return JobResult(then=lambda session: reassign_outsider(session, job, sender.bot.now()))


def is_outsider(sender: MessageSender, person: str) -> bool:
    """Return whether a person is a guest or external; ask Slack if unknown."""
    people.look_up(sender.bot, sender.client, [person])
    with sender.bot.store.begin() as session:
        return stored.is_outsider(session, person)
