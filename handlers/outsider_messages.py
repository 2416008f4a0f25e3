"""Whom the bot writes to by itself: never a guest, nor anybody of another workspace.

They get replies to what they ask; nothing else that is meant for one person is sent to them.
"""

from collections.abc import Mapping

from bot.domain.posting import Deed, Posting
from bot.reminders import hand_over
from handlers import people
from handlers.channel_deeds import Told
from handlers.voice import Voice
from storage import people as stored

# What is sent to one person, and which of its facts names them. The Home tab of somebody who has become
# an outsider is emptied, in `handlers.personal`.
PERSONAL: Mapping[Deed, str] = {
    Deed.HELLO: "person",
    Deed.REMINDER: "owner",
    Deed.UPDATE_DUE: "person",
    Deed.ROLE_HELP: "person",
    Deed.GREETING: "person",
    Deed.MEETING_DRAFT: "person",
    Deed.HANDED_OVER: "person",
}


def withheld(voice: Voice, posting: Posting) -> Told | None:
    """What becomes of a message that is not sent, because it is for an outsider; None: it may go."""
    fact = PERSONAL.get(posting.deed)
    person = posting.about.get(fact) if fact else None
    if person is None or not is_outsider(voice, str(person)):
        return None
    if posting.deed is not Deed.REMINDER:
        return Told()
    return Told(then=lambda session: hand_over(session, posting, voice.bot.now()))


def is_outsider(voice: Voice, person: str) -> bool:
    """Whether a person is a guest or external; Slack is asked if it is not known."""
    people.learn(voice.bot, voice.client, [person])
    with voice.bot.store.begin() as session:
        return stored.is_outsider(session, person)
