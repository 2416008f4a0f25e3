"""Did it come back: three weeks after an action item is done, the incidents since are looked at once.

Where one was much the same, its thread asks whether it helped. Where none was, nothing is said; either
is kept, for the figures of what action items do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident, Status
from bot.domain.job import JobKind, for_incident
from bot.incidents import permalinks
from bot.library import library
from bot.postmortems import requirement
from storage import action_items, incidents, outbox, people, settings
from storage.engine.store import Session

AFTER = timedelta(days=21)
USEFUL_FOR = timedelta(
    days=14
)  # of an item that is done for longer, nobody remembers whether it helped
_KEPT = "comeback:{}"
_ANY = "comeback:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comeback:
    """An incident that came after an item was done and is much like the item's; `why` says by what."""

    item: ActionItem
    incident: Incident
    why: str
    link: str | None


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Look at the items that are done for three weeks, each once, and ask where it came back.

    Within the team's hours, since the thread tells those who follow it; says how many are asked about.
    """
    if not requirement.thresholds(bot.policy).hours.hold(at):
        return 0
    asked = 0
    for item in list(_due(session, at)):
        incident = incidents.by_id(session, item.incident_id)
        later = library.later(session, incident, item.done_at or at, at)
        settings.keep(session, _KEPT.format(item.id), later.key if later else "")
        if later is not None:
            about = {"item": item.id, "key": later.key}
            outbox.put(session, for_incident(incident.id, JobKind.ITEM_RETURN, about), at)
            asked += 1
    return asked


def told(session: Session, item: ActionItem, key: str) -> Comeback | None:
    """What is to be asked about an item, as it is now; None when that incident is none to speak of."""
    later = incidents.by_key(session, key)
    if later is None or later.private or later.status is Status.CANCELLED:
        return None
    incident = incidents.by_id(session, item.incident_id)
    if people.has_outsiders(session, incident.channel_id):
        return None  # they would read of another incident there
    why = library.why_alike(session, later, incident)
    link = permalinks.postmortem(session, later.id)
    return Comeback(item=item, incident=later, why=why, link=link)


def known(session: Session) -> dict[int, str]:
    """Of each item that was looked at, by its id: the key of the incident that came back, or nothing."""
    kept = settings.beginning(session, _ANY)
    return {int(name.removeprefix(_ANY)): key for name, key in kept.items()}


def _due(session: Session, at: datetime) -> Iterator[ActionItem]:
    until = at - AFTER
    items = action_items.done_between(session, until - USEFUL_FOR, until)
    looked_at = known(session) if items else {}
    return (item for item in items if item.id not in looked_at)
