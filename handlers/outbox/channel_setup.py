"""Jobs that create an incident's channel and set it up."""

from slack_sdk.errors import SlackApiError

from bot.channels import incident_channel
from bot.domain.actor import Actor
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.markup import shorten
from bot.incidents import permalinks
from bot.incidents.channel_name import add_suffix
from bot.rendering import render
from handlers.outbox import bookmarks
from handlers.outbox.job_context import JobResult, channel_of, incident_of
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.slack import people
from storage import incidents as stored
from storage.engine.store import Session

MAX_NAMES_TRIED = 20
MAX_TOPIC_LENGTH = 250  # characters; Slack's limit


def create_channel(sender: MessageSender, job: Job) -> JobResult:
    """Create the incident's channel, and enqueue what follows: people, card, announcement."""
    incident = incident_of(sender, job)
    if incident.channel_id is not None or incident.status is Status.CANCELLED:
        return JobResult()
    name, channel_id = _create(sender, job, incident)
    actor = Actor(
        person=incident.declared_by, channel_id=channel_id, request_id="", at=sender.bot.now()
    )

    def store(session: Session) -> None:
        changed = stored.change(session, incident.id, channel_id=channel_id, channel_name=name)
        incident_channel.enqueue_welcome(session, changed, actor)

    return JobResult(then=store)


def invite(sender: MessageSender, job: Job) -> JobResult:
    """Invite a person: the one that the job names, or else the one who declared the incident."""
    incident, channel = channel_of(sender, job)
    person = str(job.about.get("person", incident.declared_by))
    try:
        sender.client.conversations_invite(channel=channel, users=[person])
    except SlackApiError as error:
        if error.response["error"] not in {"already_in_channel", "cant_invite_self"}:
            raise
    return JobResult()


def look_up_person(sender: MessageSender, job: Job) -> JobResult:
    """Look up a person's name and time zone."""
    people.look_up(sender.bot, sender.client, [str(job.about["person"])])
    return JobResult()


def set_topic(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    text = render.line("topic", incident=incident)
    sender.client.conversations_setTopic(channel=channel, topic=shorten(text, MAX_TOPIC_LENGTH))
    return JobResult()


def pin_card(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    if incident.card_ts is None:
        return JobResult()
    try:
        sender.client.pins_add(channel=channel, timestamp=incident.card_ts)
    except SlackApiError as error:
        if error.response["error"] != "already_pinned":
            raise
    return JobResult()


def bookmark_card(sender: MessageSender, job: Job) -> JobResult:
    """Bookmark the card in the channel, where people can find it if they've closed the pins."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, channel, incident.card_ts or "")
    if link is None or incident.bookmark_id:
        return JobResult()
    bookmark_id = bookmarks.add_once(sender, job, incident, (channel, link))
    return JobResult(
        then=lambda session: stored.change(session, incident.id, bookmark_id=bookmark_id)
    )


def _create(sender: MessageSender, job: Job, incident: Incident) -> tuple[str, str]:
    for number in range(1, MAX_NAMES_TRIED + 1):
        name = incident.channel_name if number == 1 else add_suffix(incident.channel_name, number)
        try:
            channel = sender.client.conversations_create(name=name, is_private=incident.private)[
                "channel"
            ]
        except SlackApiError as error:
            if error.response["error"] != "name_taken":
                raise
            earlier = (
                _find_earlier(sender, name, private=incident.private) if job.unsure_since else None
            )
            if earlier is not None:
                return name, earlier
        else:
            return channel["name"], channel["id"]
    raise CannotPost("name_taken")


def _find_earlier(sender: MessageSender, name: str, *, private: bool) -> str | None:
    """Return the channel that an earlier attempt created, or None.

    It has this name, we created it, and no incident uses it.
    """
    kind = "private_channel" if private else "public_channel"
    for page in sender.client.users_conversations(types=kind, limit=200):
        for channel in page["channels"]:
            if channel["name"] == name and channel.get("creator") == sender.identity.bot_user_id:
                with sender.bot.store.begin() as session:
                    incident = stored.by_channel(session, channel["id"])
                return None if incident else str(channel["id"])
    return None
