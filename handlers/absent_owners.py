"""Tell whoever assigns an action item that its owner isn't in the incident's channel."""

from bot import render
from bot.domain.posting import Posting
from handlers import membership, requester_messages
from handlers.channel_deeds import Told, channel_of, number_in
from handlers.voice import Voice
from storage import action_items


def report(voice: Voice, posting: Posting) -> Told:
    """Nothing if the owner is there, or owns the item no longer."""
    incident, _ = channel_of(voice, posting)
    owner = str(posting.about["owner"])
    with voice.bot.store.begin() as session:
        item = action_items.by_id(session, number_in(posting, "item"))
    if item is None or item.owner != owner or not posting.requested_by:
        return Told()
    if owner in membership.members_of(voice.client, incident):
        return Told()
    text = render.line("owner_absent", item=item, incident=incident)
    return requester_messages.tell(voice, posting, text, voice.bot.now()) or Told()
