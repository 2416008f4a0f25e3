"""Recurrence checks: three weeks after an action item is done, look once for similar incidents.

If there is one, the item's thread asks whether the item helped; otherwise nothing is posted. Either
result is stored, for the figures on the effect of action items.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident, Status
from bot.domain.job import JobKind, make_incident_job
from bot.incidents import permalinks
from bot.library import similar_incidents
from bot.postmortems import policy_requirement
from storage import action_items, incidents, outbox, people, settings
from storage.engine.store import Session

CHECK_DELAY = timedelta(days=21)
# An item done longer ago isn't checked, because nobody remembers whether it helped.
USEFUL_FOR = timedelta(days=14)
_RESULT_KEY = "comeback:{}"
_RESULT_PREFIX = "comeback:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence:
    """An incident after an item was done that is similar to the item's; `why` says how."""

    item: ActionItem
    incident: Incident
    why: str
    link: str | None


def check_finished_items(session: Session, bot: Bot, at: datetime) -> int:
    """Check each item that has been done for three weeks, once.

    This runs in the team's working hours, because the question notifies people who follow the
    thread. Return the number of questions asked.
    """
    if not policy_requirement.thresholds(bot.policy).hours.contains(at):
        return 0
    question_count = 0
    for item in list(_items_to_check(session, at)):
        incident = incidents.by_id(session, item.incident_id)
        later = similar_incidents.find_later_similar(session, incident, item.done_at or at, at)
        settings.save(session, _RESULT_KEY.format(item.id), later.key if later else "")
        if later is not None:
            about = {"item": item.id, "key": later.key}
            outbox.enqueue(session, make_incident_job(incident.id, JobKind.ITEM_RETURN, about), at)
            question_count += 1
    return question_count


def find_recurrence(session: Session, item: ActionItem, key: str) -> Recurrence | None:
    """Return what to ask about an item now; None if the incident can't be mentioned."""
    later = incidents.by_key(session, key)
    if later is None or later.private or later.status is Status.CANCELLED:
        return None
    incident = incidents.by_id(session, item.incident_id)
    if people.has_outsiders(session, incident.channel_id):
        return None  # they could read about another incident there
    why = similar_incidents.describe_similarity(session, later, incident)
    link = permalinks.for_postmortem(session, later.id)
    return Recurrence(item=item, incident=later, why=why, link=link)


def load_results(session: Session) -> dict[int, str]:
    """Return the result of each check by item id: a similar incident's key, or an empty string."""
    stored = settings.get_by_prefix(session, _RESULT_PREFIX)
    return {int(name.removeprefix(_RESULT_PREFIX)): key for name, key in stored.items()}


def _items_to_check(session: Session, at: datetime) -> Iterator[ActionItem]:
    until = at - CHECK_DELAY
    items = action_items.done_between(session, until - USEFUL_FOR, until)
    looked_at = load_results(session) if items else {}
    return (item for item in items if item.id not in looked_at)
