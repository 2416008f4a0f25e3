"""Look up an action item by its number, if the person may see it."""

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NoSuchNumber
from bot.domain.actor import Actor
from bot.people.permissions import may_see
from storage import action_items, incidents
from storage.engine.store import Session


def find_by_number(session: Session, bot: Bot, actor: Actor, number: int) -> ActionItem:
    """Return the item with a number. Raises NoSuchNumber, also if the actor may not see the item.

    Items of a private incident are visible only to members of its channel, whoever owns them.
    """
    item = action_items.by_id(session, number)
    if item is None or not may_see(session, actor, incidents.by_id(session, item.incident_id)):
        raise NoSuchNumber(number=number, command=bot.policy.command)
    return item
