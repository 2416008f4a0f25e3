"""The names of people in a channel's message, which shows them without notifying them."""

from collections.abc import Iterable

from bot.domain.markup import find_references
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from storage.people import names


def find_names(sender: MessageSender, ids: Iterable[str | None], *texts: str) -> dict[str, str]:
    """Return names by id: of these people, looked up if necessary, and of everybody in the texts."""
    person_ids = [person for person in ids if person]
    people.look_up(sender.bot, sender.client, person_ids)
    references = [reference for text in texts for reference in find_references(text)]
    with sender.bot.store.begin() as session:
        return names(session, [*person_ids, *references])
