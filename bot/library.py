"""The library: what happened before is found again, by words and by what an incident has in common."""

from dataclasses import dataclass
from datetime import datetime

from bot import permissions, places
from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.markup import mentioned
from bot.domain.rules import pages
from bot.domain.searching import Why, wanted, why
from bot.domain.timeline import Record
from bot.environment import Bot
from storage import (
    action_items,
    incidents,
    library,
    people,
    postmortems,
    searching,
    sections,
    timeline,
)
from storage.engine import Session

MOST = 2_000  # entries of a timeline; of a longer one the last are read, and its postmortem
SHOWN = 10  # incidents of an answer: what fits one message and is read
AT_ONCE = 10  # pages read in one turn of the clock, which holds up who writes meanwhile


@dataclass(frozen=True, slots=True)
class Hit:
    """An incident that was found: the line that says why, and where its postmortem is, if it is said."""

    incident: Incident
    why: Why | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits, and how many more there are."""

    hits: tuple[Hit, ...]
    more: int


def search(session: Session, bot: Bot, asker: Asker, typed: str) -> Found:
    """Look for what somebody typed, among the incidents that they may see."""
    sought = wanted(typed, bot.policy.command)
    found = searching.find(session, sought, asker.person, SHOWN)
    hits = tuple(
        Hit(incident, why(page, sought), places.postmortem(session, incident.id))
        for incident, page in found.incidents
        if permissions.may_see(session, asker.person, incident)
    )
    return Found(hits, found.total - len(hits))


def read_anew(session: Session, _bot: Bot, _at: datetime) -> int:
    """Read the pages of incidents that have changed; nothing is said of it, so that it counts as nothing."""
    for incident_id, followed in library.touched(session, AT_ONCE):
        incident = incidents.by_id(session, incident_id)
        document = postmortems.newest_document(session, incident_id)
        gone = timeline.gone(session, incident_id)
        page = pages.page(_record_of(session, incident), document, gone)
        library.put(session, incident_id, page, followed)
    return 0


def _record_of(session: Session, incident: Incident) -> Record:
    """What a page is read from: more than a draft is, since suggestions are looked for as well."""
    many = timeline.count(session, incident.id) > MOST
    latest = timeline.latest(session, incident.id, MOST) if many else None
    events = tuple(latest or timeline.of_incident(session, incident.id))
    spoken_of = {person for event in events for person in mentioned(event.text)}
    return Record(
        incident=incident,
        events=events,
        people=people.names(session, list(spoken_of)),
        action_items=tuple(action_items.of_incident(session, incident.id)),
        sections=sections.of_incident(session, incident.id),
    )
