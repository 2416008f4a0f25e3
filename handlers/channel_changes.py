"""Follow changes to incidents' channels: from events, and by asking Slack where events were missed."""

from collections.abc import Iterable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import channel_changes, render
from bot.domain.asker import Asker
from bot.domain.posting import Posting
from bot.environment import Bot
from handlers import channel_payloads, layouts, payloads
from handlers.channel_deeds import Told, channel_of
from handlers.membership import MOST
from handlers.voice import Voice
from storage import channel_states, deliveries, incidents, refusals, sent_messages, votes
from storage.engine import Session


def on_channel_event(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """A channel was renamed, archived, unarchived, or made private or public."""
    told = channel_payloads.change(event)
    if told is None:
        return
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), bot.now()):
            channel, seen = told
            incident_id = incidents.id_of_channel(session, channel)
            if incident_id is not None:
                channel_changes.follow(session, incident_id, seen, bot.now())


def look(voice: Voice, posting: Posting) -> Told:
    """Compare all incidents' channels with their last known state."""
    del posting
    pages: Iterable[Any] = voice.client.users_conversations(
        types="public_channel,private_channel", limit=MOST
    )
    seen = {
        str(each["id"]): channel_payloads.described(each)
        for page in pages
        for each in page["channels"]
    }

    def follow(session: Session) -> None:
        for incident_id, now in channel_states.differing(session, seen):
            channel_changes.follow(session, incident_id, now, voice.bot.now())
        refusals.resume_in(session, seen, voice.bot.now())
        refusals.resume_elsewhere(session, voice.bot.now())

    return Told(then=follow)


def changed(voice: Voice, posting: Posting) -> Told:
    """Tell the channel what becoming private or public means for its incident."""
    incident, channel = channel_of(voice, posting)
    to = str(posting.about["to"])
    text = render.line("channel_changed", incident=incident, to=to, by=posting.about.get("by"))
    blocks = layouts.channel_changed(text, incident, to)
    return Told(channel, voice.post(posting, channel, text, blocks))


def publish(voice: Voice, posting: Posting) -> Told:
    """Make a private incident public at a person's request, unless its channel is private in Slack."""
    incident, channel = channel_of(voice, posting)
    if not incident.private:
        return Told()
    seen = channel_payloads.described(voice.client.conversations_info(channel=channel)["channel"])
    if seen.private:
        text = render.line("still_private", incident=incident)
        return Told(channel, voice.post(posting, channel, text, layouts.line(text)))
    person, at = str(posting.about["person"]), voice.bot.now()
    asker = Asker(person=person, channel_id=channel, request_id="", at=at)
    return Told(then=lambda session: channel_changes.publish(session, incident, asker))


def withdraw(voice: Voice, posting: Posting) -> Told:
    """Withdraw messages about an incident outside its channel, because it's private now."""
    incident, _ = channel_of(voice, posting)
    if not incident.private:
        return Told()
    with voice.bot.store.begin() as session:
        announced = incidents.announcement(session, incident.id)
        won = votes.won_by(session, incident.id)
        places = sent_messages.said_elsewhere(session, incident.id, incident.key, won)
    if announced:
        places = [(announced["channel"], announced["ts"]), *places]
    text = render.line("withdrawn", key=incident.key)
    refused = [_refusal(voice, place, text) for place in places]
    error = next((each for each in refused if each is not None), None)
    if error is not None:
        raise error
    return Told()


def _refusal(voice: Voice, place: tuple[str, str], text: str) -> SlackApiError | None:
    """Replace one message; a refusal, as in an archived channel, must not leave the others standing."""
    try:
        voice.update_if_there(*place, text, layouts.line(text))
    except SlackApiError as error:
        return error
    return None
