"""What the bot says by itself while an incident runs: that an update is due."""

from datetime import datetime

from bot import render
from bot.domain.markup import mentioned
from bot.domain.posting import Posting
from handlers import layouts
from handlers.channel_deeds import Told, channel_of
from handlers.voice import Voice
from storage import timeline
from storage.people import names


def update_due(voice: Voice, posting: Posting) -> Told:
    """A DM to who leads: an update is due. One that came meanwhile, or an end, makes it needless."""
    incident, channel = channel_of(voice, posting)
    person, due = str(posting.about["person"]), datetime.fromisoformat(str(posting.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return Told()
    with voice.bot.store.begin() as session:
        last = timeline.last_update(session, incident.id)
        known = names(session, mentioned(last.text) if last else [])
    shown = {"channel": channel, "last": last, "names": known, "leads": incident.lead == person}
    message = render.message("update_due", incident=incident, due=due, **shown)
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    blocks = layouts.nudge(message, layouts.update_button(incident))
    return Told(dm, voice.post(posting, dm, message.text, blocks))
