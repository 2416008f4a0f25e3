"""Messages to responders of an open incident: their role, an update that's due, a missing lead."""

from datetime import datetime

from bot.domain.incident import LEAD_ROLE
from bot.domain.job import Job
from bot.domain.markup import find_references
from bot.people import working_hours
from bot.rendering import render
from handlers.outbox.channel_setup import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import blocks, layouts
from storage import outbox, timeline
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
        known = names(session, find_references(last.text) if last else [])
    shown = {"channel": channel, "last": last, "names": known, "person": person}
    message = render.message("update_due", incident=incident, due=due, **shown)
    if person:
        channel = sender.client.conversations_open(users=[str(person)])["channel"]["id"]
    layout = layouts.reminder_with_button(message, layouts.update_button(incident))
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def update_overdue(sender: MessageSender, job: Job) -> JobResult:
    """Ask in the channel for an update that is long overdue, unless it came or the incident is over."""
    incident, channel = channel_of(sender, job)
    due = datetime.fromisoformat(str(job.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return JobResult()
    with sender.bot.store.begin() as session:
        is_led = incident.lead and working_hours.is_reachable(session, incident, incident.lead)
    shown = {"lead": incident.lead if is_led else None, "command": sender.bot.policy.command}
    message = render.message("update_overdue", incident=incident, due=due, **shown)
    taking = [] if incident.lead else [layouts.lead_button(incident)]
    layout = layouts.reminder_with_button(message, layouts.update_button(incident), *taking)
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def ask_for_lead(sender: MessageSender, job: Job) -> JobResult:
    """Ask in the channel for a lead, unless there is one by now."""
    incident, channel = channel_of(sender, job)
    if incident.status.is_over or incident.lead is not None:
        return JobResult()
    policy = sender.bot.policy
    shown = {"help": policy.roles[LEAD_ROLE], "command": policy.command}
    message = render.message("lead_wanted", incident=incident, **shown)
    layout = layouts.reminder_with_button(message, layouts.lead_button(incident))
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def close_lead_request(sender: MessageSender, job: Job) -> JobResult:
    """Replace the request for a lead with the outcome; it may never have been posted."""
    incident, _ = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        asked = outbox.find_posted_message(session, job.answers or 0)
    if asked is not None:
        text = render.line("lead_found", incident=incident)
        sender.update(*asked, text, [blocks.context(text)])
    return JobResult()


def explain_role(sender: MessageSender, job: Job) -> JobResult:
    """Explain a role by direct message to the person who got it, unless it's been reassigned."""
    incident, channel = channel_of(sender, job)
    person, role = str(job.about["person"]), str(job.about["role"])
    if incident.status.is_over or incident.holder(role) != person:
        return JobResult()
    policy = sender.bot.policy
    shown = {"help": policy.roles.get(role, ""), "command": policy.command, "channel": channel}
    by = str(job.about["by"])
    message = render.message("role_help", incident=incident, role=role, by=by, **shown)
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    return JobResult(dm, sender.post(job, dm, message.text, layouts.text_with_context(message)))
