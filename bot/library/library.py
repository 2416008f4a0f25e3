"""The library of past incidents: full-text search, and incidents with similar traits."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.library_query import MatchedLine, find_matching_line, parse_query
from bot.domain.markup import find_references
from bot.domain.requirement import PastIncident
from bot.domain.similar_incident import SimilarIncident
from bot.domain.similarity import compare_incidents
from bot.domain.timeline import Record
from bot.drafting.library import page_builder
from bot.drafting.library.similar_incidents import build_search_groups, rank_similar
from bot.drafting.library.traits import find_traits
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
from storage.library_search import SearchRange

MOST = 1_000  # timeline entries and action items; longer ones are truncated to the latest
SHOWN = 10  # incidents in a search result, to fit in one message
LOOKBACK = timedelta(days=730)  # for similar incidents; older systems no longer exist
CANDIDATES, KEPT = 100, 20  # incidents compared, and how many of them a draft gets
BATCH_SIZE = 25  # pages indexed per scheduled run, which blocks other database writes


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A search result: an incident, the line that matched, and its postmortem's permalink."""

    incident: Incident
    why: MatchedLine | None
    link: str | None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The first search results, and the number of the others."""

    hits: tuple[SearchResult, ...]
    more: int


def search(session: Session, bot: Bot, actor: Actor, typed: str) -> SearchResults:
    """Search the incidents that the actor may see."""
    sought = parse_query(typed, bot.policy.command)
    found = library_search.find(session, sought, actor.channels, SHOWN)
    hits = tuple(
        SearchResult(
            incident,
            find_matching_line(page, sought),
            permalinks.for_postmortem(session, incident.id),
        )
        for incident, page in found.incidents
        if permissions.may_see(session, actor, incident)
    )
    return SearchResults(hits, found.total - len(hits))


def find_similar(session: Session, bot: Bot, incident: Incident) -> tuple[SimilarIncident, ...]:
    """Return the past incidents similar to this one, based on its current record."""
    traits = _traits(session, incident)
    return rank_similar(incident, traits, _rank_past_incidents(session, bot, incident, traits))


def find_past_incidents(session: Session, bot: Bot, incident: Incident) -> list[PastIncident]:
    """Return past incidents that may be similar, most similar first.

    Each has its traits, its postmortem's permalink and its open items. Private incidents are never
    included, since nothing outside their channel may name them.
    """
    return _rank_past_incidents(session, bot, incident, _traits(session, incident))


def _rank_past_incidents(
    session: Session, bot: Bot, incident: Incident, traits: Traits
) -> list[PastIncident]:
    found = _candidates(session, bot, incident, traits)
    found.sort(key=lambda each: compare_incidents(incident, traits, each[1]).points, reverse=True)
    kept = found[:KEPT]
    items = action_items.open_by_incident(session, [before for before, _ in kept])
    return [
        replace(
            each,
            link=permalinks.for_postmortem(session, before),
            open_items=tuple(item.text for item in items.get(before, ())),
        )
        for before, each in kept
    ]


def find_later_similar(
    session: Session, incident: Incident, since: datetime, until: datetime
) -> Incident | None:
    """Return the first public incident of a time range that is similar to a past one, or None."""
    own = _page_of(session, incident)
    groups = build_search_groups(incident.title, own.traits)
    found = library_search.find_by_words(
        session, incident, groups, SearchRange(since, until, CANDIDATES)
    )
    known = _as_past_incident(incident, own)
    alike = (one for one, page in found if compare_incidents(one, page.traits, known).is_enough)
    return min(alike, key=lambda one: one.declared_at, default=None)


def describe_similarity(session: Session, incident: Incident, before: Incident) -> str:
    """Return what an incident has in common with a past one, in words."""
    known = _as_past_incident(before, _page_of(session, before))
    return "; ".join(compare_incidents(incident, _page_of(session, incident).traits, known).reasons)


def _candidates(
    session: Session, bot: Bot, incident: Incident, traits: Traits
) -> list[tuple[int, PastIncident]]:
    """Return past incidents that name the same things, newest first.

    All incidents within `repeat_days` are included, whatever they name.
    """
    until = incident.declared_at
    long = SearchRange(until - LOOKBACK, until, CANDIDATES)
    repeat = timedelta(days=bot.policy.postmortem.needed_when.repeat_days)
    found = library_search.find_by_words(
        session, incident, build_search_groups(incident.title, traits), long
    )
    found += library_search.recent(session, incident, replace(long, since=until - repeat))
    return list({one.id: (one.id, _as_past_incident(one, page)) for one, page in found}.values())


def _as_past_incident(incident: Incident, page: LibraryPage) -> PastIncident:
    """Return an incident, by its page, in the form used for comparison."""
    return PastIncident(
        key=incident.key,
        title=incident.title,
        declared_at=incident.declared_at,
        traits=page.traits,
    )


def _page_of(session: Session, incident: Incident) -> LibraryPage:
    return library.page(session, incident.id) or LibraryPage(title=incident.title)


def _traits(session: Session, incident: Incident) -> Traits:
    """Return the traits of an incident's current record, with the causes of its last draft."""
    causes = _page_of(session, incident).traits.causes
    return replace(find_traits(_record_of(session, incident)), causes=causes)


def reindex(session: Session, _bot: Bot, _at: datetime) -> int:
    """Index again the pages of incidents that changed, a limited number per run.

    This scheduled job sends no messages, so it always returns 0.
    """
    room = MOST
    for incident_id, followed in library.list_outdated(session, BATCH_SIZE):
        room -= timeline_counts.count(session, incident_id)
        incident = incidents.by_id(session, incident_id)
        document = postmortems.newest_document(session, incident_id)
        gone = timeline.list_removed(session, incident_id)
        page = page_builder.build_page(_record_of(session, incident), document, gone)
        library.save_page(session, incident_id, page, followed)
        if room <= 0:
            break
    return 0


def _record_of(session: Session, incident: Incident) -> Record:
    """Return the record that a page is built from. Unlike a draft's, it includes suggestions."""
    many = timeline_counts.count(session, incident.id) > MOST
    latest = timeline.latest(session, incident.id, MOST) if many else None
    events = tuple(latest or timeline.of_incident(session, incident.id))
    spoken_of = {each for event in events for each in find_references(event.text)}
    return Record(
        incident=incident,
        events=events,
        people=people.names(session, list(spoken_of)),
        action_items=tuple(action_items.of_incident(session, incident.id, MOST)),
        sections=sections.of_incident(session, incident.id),
    )
