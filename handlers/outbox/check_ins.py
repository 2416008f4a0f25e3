"""Ask whether a quiet incident is over, and replace the question with the outcome."""

from bot.domain.job import Job
from bot.incidents import check_ins
from bot.rendering import render
from handlers.outbox import recipients
from handlers.outbox.display_names import find_names
from handlers.outbox.job_context import JobResult, incident_of
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.views import layouts
from storage import outbox


def check_in(sender: MessageSender, job: Job) -> JobResult:
    """Ask the lead by DM, or in the channel if there's no lead, unless the channel was active since."""
    incident, person = incident_of(sender, job), job.about.get("person")
    with sender.bot.store.begin() as session:
        since = check_ins.inactive_since(session, sender.bot, incident, sender.bot.now())
    if since is None:
        return JobResult()
    message = render.message("check_in", incident=incident, person=person, since=since)
    channel = incident.channel_id
    if person:
        channel = sender.client.conversations_open(users=[str(person)])["channel"]["id"]
    if channel is None:
        raise CannotPost("the incident has no channel: it could not be made")
    blocks = layouts.reminder_with_button(message, *layouts.check_in_buttons(incident))
    return JobResult(channel, sender.post(job, channel, message.text, blocks))


def checked_in(sender: MessageSender, job: Job) -> JobResult:
    """Replace the question with the outcome; it may never have been asked."""
    incident = incident_of(sender, job)
    with sender.bot.store.begin() as session:
        place = outbox.find_posted_message(session, job.answers or 0)
        question = outbox.by_id(session, job.answers or 0)
    if place is None or question is None:
        return JobResult()
    person = question.about.get("person")
    is_gone = bool(person) and bool(recipients.find_departures(sender, str(person), [incident.id]))
    by = str(job.about["by"] or "")
    facts = {"by": by, "is_gone": is_gone, "names": find_names(sender, [by])}
    text = render.line("checked_in", incident=incident, **facts)
    sender.update_if_exists(*place, text, layouts.line(text))
    return JobResult()
