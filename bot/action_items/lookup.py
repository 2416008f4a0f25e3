"""Action items by their number: the one that a person names from anywhere, if they may see it."""

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NoSuchNumber
from bot.domain.actor import Actor
from bot.people.permissions import may_see
from storage import action_items, incidents
from storage.engine.store import Session


def item(session: Session, bot: Bot, actor: Actor, number: int) -> ActionItem:
    """The item with a number; of one that the asker may not see, it is not even said that it is there.

    Items of a private incident are there for members of its channel only, whoever owns them.
    """
    found = action_items.by_id(session, number)
    if found is None or not may_see(session, actor, incidents.by_id(session, found.incident_id)):
        raise NoSuchNumber(number=number, command=bot.policy.command)
    return found
