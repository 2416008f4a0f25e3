"""What is done to an incident's channel: made, filled, pinned, read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.errors import SlackApiError

from bot import incidents, needs, postmortems, reconcile, render
from bot.domain.asker import Asker
from bot.domain.channel_name import suffixed
from bot.domain.incident import Incident
from bot.domain.posting import Posting
from bot.reconcile import History
from handlers import history, people
from handlers.voice import CannotSay, Voice
from storage import incidents as stored
from storage.engine import Session

NAMES_TRIED = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a posting: where it was said, and what is to be stored with that."""

    channel_id: str | None = None
    message_id: str | None = None
    then: Callable[[Session], object] | None = None


def incident_of(voice: Voice, posting: Posting) -> Incident:
    assert posting.incident_id is not None  # noqa: S101 - written by the use cases of an incident
    with voice.bot.store.begin() as session:
        return stored.by_id(session, posting.incident_id)


def channel_of(voice: Voice, posting: Posting) -> tuple[Incident, str]:
    incident = incident_of(voice, posting)
    if incident.channel_id is None:
        raise CannotSay("the incident has no channel: it could not be made")
    return incident, incident.channel_id


def open_channel(voice: Voice, posting: Posting) -> Told:
    """Make the incident's channel and let the rest follow: people, card, announcement."""
    incident = incident_of(voice, posting)
    if incident.channel_id is not None:
        return Told()
    name, channel_id = _create(voice, posting, incident)
    asker = Asker(
        person=incident.declared_by, channel_id=channel_id, request_id="", at=voice.bot.now()
    )

    def keep(session: Session) -> None:
        changed = stored.change(session, incident.id, channel_id=channel_id, channel_name=name)
        incidents.welcome(session, changed, asker)

    return Told(then=keep)


def invite(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    try:
        voice.client.conversations_invite(channel=channel, users=[incident.declared_by])
    except SlackApiError as error:
        if error.response["error"] not in {"already_in_channel", "cant_invite_self"}:
            raise
    return Told()


def meet(voice: Voice, posting: Posting) -> Told:
    """Learn a person's name and zone."""
    people.learn(voice.bot, voice.client, [str(posting.about["person"])])
    return Told()


def topic(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    text = render.line("topic", incident=incident)
    voice.client.conversations_setTopic(channel=channel, topic=text[:250])
    return Told()


def pin(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    if incident.card_ts is None:
        return Told()
    try:
        voice.client.pins_add(channel=channel, timestamp=incident.card_ts)
    except SlackApiError as error:
        if error.response["error"] != "already_pinned":
            raise
    return Told()


def fetch(voice: Voice, posting: Posting) -> Told:
    """Read the channel's history into the record."""
    incident, channel = channel_of(voice, posting)
    read, at = _history(voice, incident, channel)
    return Told(then=lambda session: reconcile.compare(session, incident, read, at))


def draft(voice: Voice, posting: Posting) -> Told:
    """Compare the record with the history, learn who is who, and draft."""
    incident, channel = channel_of(voice, posting)
    read, at = _history(voice, incident, channel)
    with voice.bot.store.begin() as session:
        reconcile.compare(session, incident, read, at)
        involved = postmortems.involved(session, incident)
    people.learn(voice.bot, voice.client, involved)
    with voice.bot.store.begin() as session:
        record = postmortems.record_of(session, incident)
        beside = needs.beside(session, voice.bot, incident)
    made = postmortems.prepare(voice.bot, record, beside)
    return Told(then=lambda session: postmortems.keep(session, incident, made, at))


def _history(voice: Voice, incident: Incident, channel: str) -> tuple[History, datetime]:
    """What the channel holds of the incident, and when that was asked."""
    at, since = voice.bot.now(), incident.declared_at - incidents.HISTORY
    return history.read(voice.client, voice.identity, channel, since=since, at=at), at


def _create(voice: Voice, posting: Posting, incident: Incident) -> tuple[str, str]:
    for number in range(1, NAMES_TRIED + 1):
        name = incident.channel_name if number == 1 else suffixed(incident.channel_name, number)
        try:
            channel = voice.client.conversations_create(name=name)["channel"]
        except SlackApiError as error:
            if error.response["error"] != "name_taken":
                raise
            ours = _made_before(voice, name) if posting.attempts else None
            if ours is not None:
                return name, ours
        else:
            return channel["name"], channel["id"]
    raise CannotSay("the incident has no channel: it could not be made")


def _made_before(voice: Voice, name: str) -> str | None:
    """Find a channel of that name that we made and no incident has: an earlier try's."""
    for page in voice.client.users_conversations(types="public_channel", limit=200):
        for channel in page["channels"]:
            if channel["name"] == name and channel.get("creator") == voice.identity.bot_user_id:
                with voice.bot.store.begin() as session:
                    used = stored.by_channel(session, channel["id"])
                return None if used else str(channel["id"])
    return None
