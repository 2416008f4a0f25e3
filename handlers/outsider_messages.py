"""Never message guests or people from other workspaces first.

They get replies to their requests, but no other message to one person.
"""

from collections.abc import Mapping

from bot.domain.posting import Deed, Posting
from bot.reminders import hand_over
from handlers import people
from handlers.channel_deeds import Told
from handlers.voice import Voice
from storage import people as stored

# Messages to one person, and the fact that names the person. When somebody becomes an outsider,
# `handlers.personal` clears their Home tab.
PERSONAL: Mapping[Deed, str] = {
    Deed.HELLO: "person",
    Deed.REMINDER: "owner",
    Deed.UPDATE_DUE: "person",
    Deed.CHECK_IN: "person",
    Deed.ROLE_HELP: "person",
    Deed.GREETING: "person",
    Deed.MEETING_DRAFT: "person",
    Deed.HANDED_OVER: "person",
}


def withheld(voice: Voice, posting: Posting) -> Told | None:
    """Return the outcome of a message not sent because it's for an outsider; None if it may be sent."""
    fact = PERSONAL.get(posting.deed)
    person = posting.about.get(fact) if fact else None
    if person is None or not is_outsider(voice, str(person)):
        return None
    if posting.deed is not Deed.REMINDER:
        return Told()
    return Told(then=lambda session: hand_over(session, posting, voice.bot.now()))


def is_outsider(voice: Voice, person: str) -> bool:
    """Return whether a person is a guest or external; ask Slack if unknown."""
    people.learn(voice.bot, voice.client, [person])
    with voice.bot.store.begin() as session:
        return stored.is_outsider(session, person)
