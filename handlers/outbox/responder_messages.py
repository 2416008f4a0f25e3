"""What one person is told of a running incident, and what is asked: their role, an update, a lead."""

from datetime import datetime

from bot.domain.incident import LEAD
from bot.domain.job import Job
from bot.domain.markup import referenced
from bot.people import working_hours
from bot.rendering import render
from handlers.outbox.channel_setup import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import blocks, layouts
from storage import outbox, timeline
from storage.people import names


def update_due(sender: MessageSender, job: Job) -> JobResult:
    """Ask the lead for an update that is due, by DM; in the channel where nobody is in charge.

    One that came meanwhile, or an end, makes it needless.
    """
    incident, channel = channel_of(sender, job)
    person, due = job.about.get("person"), datetime.fromisoformat(str(job.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return JobResult()
    with sender.bot.store.begin() as session:
        last = timeline.last_update(session, incident.id)
        known = names(session, referenced(last.text) if last else [])
    shown = {"channel": channel, "last": last, "names": known, "person": person}
    message = render.message("update_due", incident=incident, due=due, **shown)
    if person:
        channel = sender.client.conversations_open(users=[str(person)])["channel"]["id"]
    layout = layouts.nudge(message, layouts.update_button(incident))
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
    layout = layouts.nudge(message, layouts.update_button(incident), *taking)
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def lead_wanted(sender: MessageSender, job: Job) -> JobResult:
    """Said in the channel where nobody took the lead, unless somebody has by now."""
    incident, channel = channel_of(sender, job)
    if incident.status.is_over or incident.lead is not None:
        return JobResult()
    policy = sender.bot.policy
    shown = {"help": policy.roles[LEAD], "command": policy.command}
    message = render.message("lead_wanted", incident=incident, **shown)
    layout = layouts.nudge(message, layouts.lead_button(incident))
    return JobResult(channel, sender.post(job, channel, message.text, layout))


def lead_found(sender: MessageSender, job: Job) -> JobResult:
    """What came of the question who leads, in its place; it may never have been said."""
    incident, _ = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        asked = outbox.place(session, job.answers or 0)
    if asked is not None:
        text = render.line("lead_found", incident=incident)
        sender.update(*asked, text, [blocks.context(text)])
    return JobResult()


def role_help(sender: MessageSender, job: Job) -> JobResult:
    """A DM to whom somebody gave a role: what it means. Not when it has gone to another already."""
    incident, channel = channel_of(sender, job)
    person, role = str(job.about["person"]), str(job.about["role"])
    if incident.status.is_over or incident.holder(role) != person:
        return JobResult()
    policy = sender.bot.policy
    shown = {"help": policy.roles.get(role, ""), "command": policy.command, "channel": channel}
    by = str(job.about["by"])
    message = render.message("role_help", incident=incident, role=role, by=by, **shown)
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    return JobResult(dm, sender.post(job, dm, message.text, layouts.told(message)))
