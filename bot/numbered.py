"""Action items by their number: the one that a person names from anywhere, if they may see it."""

from bot.domain.action_item import ActionItem
from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.item_errors import NoSuchNumber
from bot.environment import Bot
from bot.permissions import may_see
from storage import action_items, incidents, people
from storage.engine import Session


def item(session: Session, bot: Bot, asker: Asker, number: int) -> ActionItem:
    """The item with a number; of one that the asker may not see, it is not even said that it is there.

    In an incident's channel everybody may see its items; from elsewhere who may see the incident,
    and the owner, who is reminded of it in any case.
    """
    found = action_items.by_id(session, number)
    if found is None or not _may_see(session, asker, found):
        raise NoSuchNumber(number=number, command=bot.policy.command)
    return found


def sees(session: Session, asker: Asker, incident: Incident) -> bool:
    """Whether the asker stands in an incident's channel, or may see it from elsewhere."""
    return incident.channel_id == asker.channel_id or may_see(session, asker.person, incident)


def _may_see(session: Session, asker: Asker, found: ActionItem) -> bool:
    incident = incidents.by_id(session, found.incident_id)
    is_own = found.owner == asker.person and not people.is_outsider(session, asker.person)
    return is_own or sees(session, asker, incident)
