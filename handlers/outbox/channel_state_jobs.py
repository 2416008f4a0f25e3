"""Jobs after a change of an incident's channel, and a check for changes that were missed."""

from collections.abc import Iterable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.channels import channel_changes
from bot.domain.actor import Actor
from bot.domain.job import Job
from bot.rendering import render
from handlers.outbox.display_names import find_names
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.slack import channel_payloads
from handlers.slack.membership import CHANNELS_PER_PAGE
from handlers.views import layouts
from storage import channel_states, incidents, refusals, sent_messages, votes
from storage.engine.store import Session


def compare_channels(sender: MessageSender, job: Job) -> JobResult:
    """Compare all incidents' channels with their last known state."""
    del job
    pages: Iterable[Any] = sender.client.users_conversations(
        types="public_channel,private_channel", limit=CHANNELS_PER_PAGE
    )
    states = {
        str(channel["id"]): channel_payloads.parse_channel(channel)
        for page in pages
        for channel in page["channels"]
    }

    def follow(session: Session) -> None:
        for incident_id, now in channel_states.find_changed(session, states):
            channel_changes.apply(session, incident_id, now, sender.bot.now())
        refusals.resume_in(session, states, sender.bot.now())
        refusals.resume_elsewhere(session, sender.bot.now())

    return JobResult(then=follow)


def post_change(sender: MessageSender, job: Job) -> JobResult:
    """Tell the channel what becoming private or public means for its incident."""
    incident, channel = channel_of(sender, job)
    to, by = str(job.about["to"]), str(job.about.get("by") or "")
    facts = {"to": to, "by": by, "names": find_names(sender, [by])}
    text = render.line("channel_changed", incident=incident, **facts)
    blocks = layouts.channel_changed(text, incident, to)
    return JobResult(channel, sender.post(job, channel, text, blocks))


def publish(sender: MessageSender, job: Job) -> JobResult:
    """Make a private incident public on request, unless its channel is private in Slack."""
    incident, channel = channel_of(sender, job)
    if not incident.private:
        return JobResult()
    state = channel_payloads.parse_channel(
        sender.client.conversations_info(channel=channel)["channel"]
    )
    if state.private:
        text = render.line("still_private", incident=incident)
        return JobResult(channel, sender.post(job, channel, text, layouts.line(text)))
    person, at = str(job.about["person"]), sender.bot.now()
    actor = Actor(person=person, channel_id=channel, request_id="", at=at)
    return JobResult(then=lambda session: channel_changes.publish(session, incident, actor))


def withdraw(sender: MessageSender, job: Job) -> JobResult:
    """Withdraw messages about an incident outside its channel, because it's private now."""
    incident, _ = channel_of(sender, job)
    if not incident.private:
        return JobResult()
    with sender.bot.store.begin() as session:
        announcement = incidents.announcement(session, incident.id)
        quarters = votes.won_by(session, incident.id)
        places = sent_messages.find_outside_channel(session, incident.id, incident.key, quarters)
    if announcement:
        places = [(announcement["channel"], announcement["ts"]), *places]
    text = render.line("withdrawn", key=incident.key)
    errors = [_try_to_replace(sender, place, text) for place in places]
    error = next((refusal for refusal in errors if refusal is not None), None)
    if error is not None:
        raise error
    return JobResult()


def _try_to_replace(
    sender: MessageSender, place: tuple[str, str], text: str
) -> SlackApiError | None:
    """Replace one message; return errors instead of raising, so that the others are replaced."""
    try:
        sender.update_if_exists(*place, text, layouts.line(text))
    except SlackApiError as error:
        return error
    return None
