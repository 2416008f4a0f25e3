"""Membership of a private incident's channel, checked with Slack at the time of each request.

Every request about a private incident goes through `admit`; every message to one person goes
through `handlers.outbox.recipients`. Nothing is cached beyond one request or job.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import MembershipUnknown, NotAMember
from bot.domain.incident import Incident
from handlers.errors import describe_slack_error
from storage import channel_states, incidents
from storage.engine.store import Session

MEMBERS_PER_PAGE = 200
CHANNELS_PER_PAGE = 999  # channels per page; Slack accepts fewer than 1,000
FindIncidents = Callable[[Session], Iterable[int | None]]  # ids of a request's incidents


def require_access(bot: Bot, client: WebClient, person: str, find_incidents: FindIncidents) -> None:
    """Refuse a request about a private incident if the person isn't in its channel."""
    with bot.store.begin() as session:
        private = filter_private(session, find_incidents(session))
    for incident in private:
        if person not in _fetch(partial(members_of, client, incident)):
            raise NotAMember


def with_channels(bot: Bot, client: WebClient, actor: Actor) -> Actor:
    """Return the actor with the channels they're in, according to Slack.

    Slack isn't asked while there is no private incident.
    """
    with bot.store.begin() as session:
        if not channel_states.has_private_incident(session):
            return actor
    return replace(actor, channels=_fetch(partial(channels_of, client, actor.person)))


def filter_private(session: Session, ids: Iterable[int | None]) -> list[Incident]:
    """Return the private ones among these incidents."""
    known = sorted({incident_id for incident_id in ids if incident_id})
    found = (incidents.find(session, incident_id) for incident_id in known)
    return [incident for incident in found if incident is not None and incident.private]


def members_of(client: WebClient, incident: Incident) -> frozenset[str]:
    """Return the members of an incident's channel; before it has one, the person who declared it.

    Raises SlackApiError, OSError.
    """
    if incident.channel_id is None:
        return frozenset({incident.declared_by})
    pages: Iterable[Mapping[str, list[str]]] = client.conversations_members(
        channel=incident.channel_id, limit=MEMBERS_PER_PAGE
    )
    return frozenset(person for page in pages for person in page["members"])


def channels_of(client: WebClient, person: str) -> frozenset[str]:
    """Return a person's channels; private ones only if the bot is in them too.

    Public ones count too, because a private incident's channel may have been made public in Slack.
    Raises SlackApiError, OSError.
    """
    pages: Iterable[Mapping[str, list[Mapping[str, str]]]] = client.users_conversations(
        user=person, types="public_channel,private_channel", limit=CHANNELS_PER_PAGE
    )
    try:
        return frozenset(channel["id"] for page in pages for channel in page["channels"])
    except SlackApiError as error:
        if error.response["error"] in {"user_not_found", "user_not_visible"}:
            return frozenset()  # from another organization
        raise


def _fetch(call: Callable[[], frozenset[str]]) -> frozenset[str]:
    try:
        return call()
    except SlackApiError as error:
        raise MembershipUnknown(reason=describe_slack_error(error)) from error
    except OSError as error:
        raise MembershipUnknown(reason="no answer") from error
