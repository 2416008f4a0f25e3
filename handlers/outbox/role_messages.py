"""Messages about roles: the DM to a person who got one, and the request for a lead."""

from bot.domain.incident import LEAD_ROLE
from bot.domain.job import Job
from bot.rendering import render
from handlers.outbox.display_names import find_names
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import blocks, layouts
from storage import outbox


def send_role_message(sender: MessageSender, job: Job) -> JobResult:
    """Send the DM to a person who was assigned a role, unless it's been reassigned since."""
    incident, channel = channel_of(sender, job)
    person, role = str(job.about["person"]), str(job.about["role"])
    if incident.status.is_over or incident.holder(role) != person:
        return JobResult()
    policy = sender.bot.policy
    shown = {"help": policy.roles.get(role, ""), "command": policy.command, "channel": channel}
    assigner = str(job.about["by"])
    message = render.message("role_help", incident=incident, role=role, by=assigner, **shown)
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    return JobResult(dm, sender.post(job, dm, message.text, layouts.text_with_context(message)))


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
        names = find_names(sender, [incident.lead])
        text = render.line("lead_found", incident=incident, names=names)
        sender.update(*asked, text, [blocks.context(text)])
    return JobResult()
