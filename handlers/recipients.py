"""Messages to one person: about a private incident, only while they're in its channel.

Membership is checked with Slack right before sending. People who aren't in the channel get nothing about
the incident, and their responsibilities are handed over. If Slack can't be reached, the message is retried.
"""

from collections.abc import Callable, Iterable
from functools import partial

from slack_sdk.errors import SlackApiError

from bot import handing_over, render
from bot.domain.incident import Incident
from bot.domain.posting import Deed, Posting
from bot.domain.refusals import CANNOT_CHECK
from bot.handing_over import Departure
from handlers import layouts, membership
from handlers.channel_deeds import Told, incident_of
from handlers.fetching import CLOSED_TO_US
from handlers.voice import CannotSay, Voice
from storage import channel_states
from storage.engine import Session

Send = Callable[[Voice, Posting], Told]
_LETS_IN = {Deed.INVITE}  # these make a person a member


def checked(send: Send, voice: Voice, posting: Posting) -> Told:
    """Do a posting; if it's to one person about a private incident, only if they're in its channel."""
    person = posting.about.get("person")
    if person is None or posting.incident_id is None or posting.deed in _LETS_IN:
        return send(voice, posting)
    gone = departures(voice, str(person), [posting.incident_id])
    if any(each.members is None for each in gone):
        raise CannotSay(CANNOT_CHECK)
    return Told(then=partial(hand_over, voice, gone)) if gone else send(voice, posting)


def departures(voice: Voice, person: str, incident_ids: Iterable[int]) -> list[Departure]:
    """Return the private ones among these incidents whose channels the person isn't in.

    Includes those with unknown members, because the bot isn't in the channel.
    """
    with voice.bot.store.begin() as session:
        private = membership.private_among(session, incident_ids)
    asked = [(each.id, _members(voice, each)) for each in private]
    return [
        Departure(incident_id=number, person=person, members=members)
        for number, members in asked
        if members is None or person not in members
    ]


def _members(voice: Voice, incident: Incident) -> frozenset[str] | None:
    try:
        return membership.members_of(voice.client, incident)
    except SlackApiError as error:
        if error.response["error"] in CLOSED_TO_US:
            return None
        raise


def channels_of(voice: Voice, person: str) -> frozenset[str]:
    """Return the channels that a person is in; none while there is no private incident."""
    with voice.bot.store.begin() as session:
        if not channel_states.any_private(session):
            return frozenset()
    return membership.channels_of(voice.client, person)


def hand_over(voice: Voice, gone: Iterable[Departure], session: Session) -> None:
    for each in gone:
        handing_over.hand_over(session, voice.bot, each, voice.bot.now())


def departed(voice: Voice, posting: Posting) -> Told:
    """Hand over the responsibilities of a person who left a private incident's channel, unless they're back."""
    incident = incident_of(voice, posting)
    gone = departures(voice, str(posting.about["of"]), [incident.id])
    return Told(then=partial(hand_over, voice, gone))


def handed_over(voice: Voice, posting: Posting) -> Told:
    """Tell a person, without content, that their responsibilities were handed over."""
    person = str(posting.about["person"])
    text = render.line("handed_over", key=posting.about["key"])
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    return Told(dm, voice.post(posting, dm, text, layouts.line(text)))
