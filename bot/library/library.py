"""The library: what happened before is found again, by words and by what an incident has in common."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.library_page import Page, Traits
from bot.domain.library_query import Why, wanted, why
from bot.domain.markup import referenced
from bot.domain.requirement import Earlier
from bot.domain.similar_incident import Related
from bot.domain.similarity import likeness
from bot.domain.timeline import Record
from bot.drafting import library_pages
from bot.drafting.similar_incidents import related, sought
from bot.drafting.similarity_traits import traits
from bot.incidents import permalinks
from bot.people import permissions
from storage import (
    action_items,
    incidents,
    library,
    library_search,
    people,
    postmortems,
    sections,
    timeline,
    timeline_counts,
)
from storage.engine.store import Session
from storage.library_search import Stretch

MOST = 1_000  # entries of a timeline, and action items; of a longer one the last are read, and its postmortem
SHOWN = 10  # incidents of an answer: what fits one message and is read
LOOKED_BACK = timedelta(days=730)  # for what is alike; systems of before that are no more
CANDIDATES, KEPT = 100, 20  # incidents that are compared, and of them those that a draft is given
AT_ONCE = 25  # pages read in one turn of the clock, which holds up who writes meanwhile


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


def search(session: Session, bot: Bot, actor: Actor, typed: str) -> Found:
    """Look for what somebody typed, among the incidents that they may see."""
    sought = wanted(typed, bot.policy.command)
    found = library_search.find(session, sought, actor.channels, SHOWN)
    hits = tuple(
        Hit(incident, why(page, sought), permalinks.postmortem(session, incident.id))
        for incident, page in found.incidents
        if permissions.may_see(session, actor, incident)
    )
    return Found(hits, found.total - len(hits))


def similar(session: Session, bot: Bot, incident: Incident) -> tuple[Related, ...]:
    """The incidents of before that one is much like, as far as its record tells until now."""
    traits = _traits(session, incident)
    return related(incident, traits, _earlier(session, bot, incident, traits))


def earlier(session: Session, bot: Bot, incident: Incident) -> list[Earlier]:
    """Those of before that may be like one, the likest first: what each names, where its postmortem is
    and what of it is still to be done. None that is private: it is named nowhere but in its channel."""
    return _earlier(session, bot, incident, _traits(session, incident))


def _earlier(session: Session, bot: Bot, incident: Incident, traits: Traits) -> list[Earlier]:
    found = _candidates(session, bot, incident, traits)
    found.sort(key=lambda each: likeness(incident, traits, each[1]).points, reverse=True)
    kept = found[:KEPT]
    items = action_items.open_of(session, [before for before, _ in kept])
    return [
        replace(
            each,
            link=permalinks.postmortem(session, before),
            open_items=tuple(item.text for item in items.get(before, ())),
        )
        for before, each in kept
    ]


def later(
    session: Session, incident: Incident, since: datetime, until: datetime
) -> Incident | None:
    """The first incident of a time that is much like one of before; none that is private."""
    own = _page_of(session, incident)
    groups = sought(incident.title, own.traits)
    found = library_search.naming(session, incident, groups, Stretch(since, until, CANDIDATES))
    known = _known(incident, own)
    alike = (one for one, page in found if likeness(one, page.traits, known).enough)
    return min(alike, key=lambda one: one.declared_at, default=None)


def why_alike(session: Session, incident: Incident, before: Incident) -> str:
    """What an incident has in common with one of before, in words."""
    known = _known(before, _page_of(session, before))
    return "; ".join(likeness(incident, _page_of(session, incident).traits, known).reasons)


def _candidates(
    session: Session, bot: Bot, incident: Incident, traits: Traits
) -> list[tuple[int, Earlier]]:
    """Incidents that name what this one names, the newest first; of the days of a repeat, all of them."""
    until = incident.declared_at
    long = Stretch(until - LOOKED_BACK, until, CANDIDATES)
    repeat = timedelta(days=bot.policy.postmortem.needed_when.repeat_days)
    found = library_search.naming(session, incident, sought(incident.title, traits), long)
    found += library_search.recent(session, incident, replace(long, since=until - repeat))
    return list({one.id: (one.id, _known(one, page)) for one, page in found}.values())


def _known(incident: Incident, page: Page) -> Earlier:
    """An incident by its page, as another is compared with it."""
    return Earlier(
        key=incident.key,
        title=incident.title,
        declared_at=incident.declared_at,
        traits=page.traits,
    )


def _page_of(session: Session, incident: Incident) -> Page:
    return library.page(session, incident.id) or Page(title=incident.title)


def _traits(session: Session, incident: Incident) -> Traits:
    """What its record names now, with the causes of its last draft."""
    causes = _page_of(session, incident).traits.causes
    return replace(traits(_record_of(session, incident)), causes=causes)


def read_anew(session: Session, _bot: Bot, _at: datetime) -> int:
    """Read the pages of incidents that have changed, as many as take no time to speak of.

    Says nothing to anybody, and so counts as nothing.
    """
    room = MOST
    for incident_id, followed in library.touched(session, AT_ONCE):
        room -= timeline_counts.count(session, incident_id)
        incident = incidents.by_id(session, incident_id)
        document = postmortems.newest_document(session, incident_id)
        gone = timeline.gone(session, incident_id)
        page = library_pages.page(_record_of(session, incident), document, gone)
        library.put(session, incident_id, page, followed)
        if room <= 0:
            break
    return 0


def _record_of(session: Session, incident: Incident) -> Record:
    """What a page is read from: more than a draft is, since suggestions are looked for as well."""
    many = timeline_counts.count(session, incident.id) > MOST
    latest = timeline.latest(session, incident.id, MOST) if many else None
    events = tuple(latest or timeline.of_incident(session, incident.id))
    spoken_of = {each for event in events for each in referenced(event.text)}
    return Record(
        incident=incident,
        events=events,
        people=people.names(session, list(spoken_of)),
        action_items=tuple(action_items.of_incident(session, incident.id, MOST)),
        sections=sections.of_incident(session, incident.id),
    )
