"""Ask whether a quiet incident is over, and edit the question once that is known."""

from bot import check_ins, render
from bot.domain.posting import Posting
from handlers import layouts, recipients
from handlers.channel_deeds import Told, incident_of
from handlers.voice import CannotSay, Voice
from storage import outbox


def check_in(voice: Voice, posting: Posting) -> Told:
    """Ask the lead by DM; in the channel if nobody leads. Not if something happened meanwhile."""
    incident, person = incident_of(voice, posting), posting.about.get("person")
    with voice.bot.store.begin() as session:
        since = check_ins.quiet_since(session, voice.bot, incident, voice.bot.now())
    if since is None:
        return Told()
    message = render.message("check_in", incident=incident, person=person, since=since)
    channel = incident.channel_id
    if person:
        channel = voice.client.conversations_open(users=[str(person)])["channel"]["id"]
    if channel is None:
        raise CannotSay("the incident has no channel: it could not be made")
    blocks = layouts.nudge(message, *layouts.check_in_buttons(incident))
    return Told(channel, voice.post(posting, channel, message.text, blocks))


def checked_in(voice: Voice, posting: Posting) -> Told:
    """Replace the question by what came of it; it may never have been asked."""
    incident = incident_of(voice, posting)
    with voice.bot.store.begin() as session:
        place = outbox.place(session, posting.answers or 0)
        asked = outbox.by_id(session, posting.answers or 0)
    if place is None or asked is None:
        return Told()
    person = asked.about.get("person")
    is_gone = bool(person) and bool(recipients.departures(voice, str(person), [incident.id]))
    text = render.line("checked_in", incident=incident, by=posting.about["by"], is_gone=is_gone)
    voice.update_if_there(*place, text, layouts.line(text))
    return Told()
