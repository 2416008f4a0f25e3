"""Edit posted messages after text in them was erased: render them again from the stored data."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from bot import redrafting
from bot.domain.posting import Deed, Posting
from handlers import learning_postings, nudges, postings, recipients
from handlers.blocks import Block
from handlers.channel_deeds import Told, channel_of, prepared
from handlers.voice import CannotSay, Voice
from storage import outbox
from storage import postmortems as stored

# Messages rendered only from stored data, so they can be rendered again.
EDITABLE: dict[Deed, Callable[[Voice, Posting], Told]] = {
    Deed.NOTICE: postings.notice,
    Deed.UPDATE_DUE: nudges.update_due,
    Deed.YEAR_AGO: learning_postings.year_ago,
}


@dataclass(frozen=True, kw_only=True)
class Editor(Voice):
    """A message sender that edits a message instead of posting one."""

    place: tuple[str, str]

    def post(
        self,
        posting: Posting,  # noqa: ARG002 - the same text again
        channel: str,  # noqa: ARG002
        text: str,
        blocks: list[Block],
        thread: str | None = None,  # noqa: ARG002
    ) -> str:
        self.update_if_there(*self.place, text, blocks)
        return self.place[1]


def edit(voice: Voice, posting: Posting) -> Told:
    """Render a message again in place; delete it if there is nothing left to say."""
    with voice.bot.store.begin() as session:
        place = outbox.place(session, posting.answers or 0)
        original = outbox.by_id(session, posting.answers or 0)
    if place is None or original is None:
        return Told()
    given = {each.name: getattr(voice, each.name) for each in fields(voice)}
    told = _again(Editor(**given, place=place), original)
    if told.message_id is not None:
        return Told()
    voice.delete(*place)
    return Told(then=told.then)


def _again(editor: Editor, original: Posting) -> Told:
    """Make a message again. One for a person isn't there any more if it would not be sent to them now."""
    try:
        return recipients.checked(EDITABLE[original.deed], editor, original)
    except CannotSay:
        return Told()


def redraft(voice: Voice, posting: Posting) -> Told:
    """Rebuild the postmortem, if there is one, without the erased text."""
    incident, _ = channel_of(voice, posting)
    at = voice.bot.now()
    with voice.bot.store.begin() as session:
        before = stored.latest(session, incident.id)
    if before is None:
        return Told(then=lambda session: redrafting.without_draft(session, incident, at))
    made = prepared(voice, incident, redrafting.until_final)
    return Told(then=lambda session: redrafting.keep(session, incident, made, at))
