"""Tell whoever assigns an action item that its owner isn't in the incident's channel."""

from bot.domain.job import Job
from bot.rendering import render
from handlers.outbox import requester_messages
from handlers.outbox.job_context import JobResult, channel_of, get_row_id
from handlers.outbox.message_sender import MessageSender
from handlers.slack import membership
from storage import action_items


def report(sender: MessageSender, job: Job) -> JobResult:
    """Report it, unless the owner is in the channel by now or the item was reassigned."""
    incident, _ = channel_of(sender, job)
    owner = str(job.about["owner"])
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, get_row_id(job, "item"))
    if item is None or item.owner != owner or not job.requested_by:
        return JobResult()
    if owner in membership.members_of(sender.client, incident):
        return JobResult()
    text = render.line("owner_absent", item=item, incident=incident)
    return requester_messages.tell(sender, job, text, sender.bot.now()) or JobResult()
