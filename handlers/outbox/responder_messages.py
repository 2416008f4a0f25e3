"""Messages to responders of an open incident about an update that's due."""

from datetime import datetime

from bot.domain.job import Job
from bot.domain.markup import find_references
from bot.people import reachability
from bot.rendering import render
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from storage import timeline
from storage.people import names


def remind_of_update(sender: MessageSender, job: Job) -> JobResult:
    """Remind the lead of a due update by direct message, or in the channel if there's no lead.

    Nothing is sent if an update was posted meanwhile, or the incident is over.
    """
    incident, channel = channel_of(sender, job)
    person, due = job.about.get("person"), datetime.fromisoformat(str(job.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return JobResult()
    with sender.bot.store.begin() as session:
        last = timeline.last_update(session, incident.id)
        known_names = names(session, find_references(last.text) if last else [])
    facts = {"channel": channel, "last": last, "names": known_names, "person": person}
    message = render.message("update_due", incident=incident, due=due, **facts)
    if person:
        channel = sender.client.conversations_open(users=[str(person)])["channel"]["id"]
    layout = layouts.reminder_with_button(message, layouts.update_button(incident))
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def update_overdue(sender: MessageSender, job: Job) -> JobResult:
    """Ask in the channel for a long overdue update, unless it was posted or the incident is over."""
    incident, channel = channel_of(sender, job)
    due = datetime.fromisoformat(str(job.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return JobResult()
    with sender.bot.store.begin() as session:
        has_reachable_lead = incident.lead and reachability.is_reachable(
            session, incident, incident.lead
        )
    facts = {
        "lead": incident.lead if has_reachable_lead else None,
        "command": sender.bot.policy.command,
    }
    message = render.message("update_overdue", incident=incident, due=due, **facts)
    lead_buttons = [] if incident.lead else [layouts.lead_button(incident)]
    layout = layouts.reminder_with_button(message, layouts.update_button(incident), *lead_buttons)
    return JobResult(channel, sender.post(job, channel, message.text, layout))
