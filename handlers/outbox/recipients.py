"""Messages to one person: about a private incident, only while they're in its channel.

Membership is checked with Slack right before sending. People who aren't in the channel get nothing
about the incident, and their responsibilities are handed over. If Slack can't be reached, the
message is retried.
"""

from collections.abc import Callable, Iterable
from functools import partial

from slack_sdk.errors import SlackApiError

from bot.channels import handover
from bot.channels.handover import Departure
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.refusals import CANNOT_CHECK
from bot.rendering import render
from handlers.outbox.history_sync import NO_ACCESS_ERRORS
from handlers.outbox.job_context import JobResult, incident_of
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.slack import membership
from handlers.views import layouts
from storage import channel_states
from storage.engine.store import Session

JobHandler = Callable[[MessageSender, Job], JobResult]
_INVITING_KINDS = {JobKind.INVITE}  # these make a person a member


def run_if_member(send: JobHandler, sender: MessageSender, job: Job) -> JobResult:
    """Carry out a job.

    If it's for one person in a private incident, only if they're in its channel.
    """
    person = job.about.get("person")
    if person is None or job.incident_id is None or job.kind in _INVITING_KINDS:
        return send(sender, job)
    departures = find_departures(sender, str(person), [job.incident_id])
    if any(departure.members is None for departure in departures):
        raise CannotPost(CANNOT_CHECK)
    return (
        JobResult(then=partial(hand_over, sender, departures)) if departures else send(sender, job)
    )


def find_departures(
    sender: MessageSender, person: str, incident_ids: Iterable[int]
) -> list[Departure]:
    """Return the private ones among these incidents whose channels the person isn't in.

    Includes those with unknown members, because the bot isn't in the channel.
    """
    with sender.bot.store.begin() as session:
        private = membership.filter_private(session, incident_ids)
    checked = [(incident.id, _members(sender, incident)) for incident in private]
    return [
        Departure(incident_id=incident_id, person=person, members=members)
        for incident_id, members in checked
        if members is None or person not in members
    ]


def _members(sender: MessageSender, incident: Incident) -> frozenset[str] | None:
    try:
        return membership.members_of(sender.client, incident)
    except SlackApiError as error:
        if error.response["error"] in NO_ACCESS_ERRORS:
            return None
        raise


def channels_of(sender: MessageSender, person: str) -> frozenset[str]:
    """Return the channels that a person is in; none while there is no private incident."""
    with sender.bot.store.begin() as session:
        if not channel_states.has_private_incident(session):
            return frozenset()
    return membership.channels_of(sender.client, person)


def hand_over(sender: MessageSender, departures: Iterable[Departure], session: Session) -> None:
    for departure in departures:
        handover.hand_over(session, sender.bot, departure, sender.bot.now())


def handle_departure(sender: MessageSender, job: Job) -> JobResult:
    """Hand over a person's responsibilities after they left a private incident's channel.

    Nothing happens if they're back.
    """
    incident = incident_of(sender, job)
    departures = find_departures(sender, str(job.about["of"]), [incident.id])
    return JobResult(then=partial(hand_over, sender, departures))


def notify_handed_over(sender: MessageSender, job: Job) -> JobResult:
    """Tell a person, without content, that their responsibilities were handed over."""
    person = str(job.about["person"])
    text = render.line("handed_over", key=job.about["key"])
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    return JobResult(dm, sender.post(job, dm, text, layouts.line(text)))
