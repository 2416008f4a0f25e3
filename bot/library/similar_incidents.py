"""Past incidents that are similar to another one, by the traits of their records."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.requirement import PastIncident
from bot.domain.similar_incident import SimilarIncident
from bot.domain.similarity import compare_incidents
from bot.drafting.library.similar_incidents import build_search_groups, rank_similar
from bot.drafting.library.traits import find_traits
from bot.incidents import permalinks
from bot.library.indexing import load_record
from storage import action_items, library, library_search
from storage.engine.store import Session
from storage.library_search import SearchRange

LOOKBACK = timedelta(days=730)  # for similar incidents; older systems no longer exist
MAX_CANDIDATES, MAX_SIMILAR = 100, 20  # incidents compared, and how many of them a draft gets


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
    candidates = _candidates(session, bot, incident, traits)
    candidates.sort(
        key=lambda candidate: compare_incidents(incident, traits, candidate[1]).points, reverse=True
    )
    best = candidates[:MAX_SIMILAR]
    items = action_items.open_by_incident(session, [before for before, _ in best])
    return [
        replace(
            past_incident,
            link=permalinks.for_postmortem(session, before),
            open_items=tuple(item.text for item in items.get(before, ())),
        )
        for before, past_incident in best
    ]


def find_later_similar(
    session: Session, incident: Incident, since: datetime, until: datetime
) -> Incident | None:
    """Return the first public incident of a time range that is similar to a past one, or None."""
    own_page = _page_of(session, incident)
    groups = build_search_groups(incident.title, own_page.traits)
    candidates = library_search.find_by_words(
        session, incident, groups, SearchRange(since, until, MAX_CANDIDATES)
    )
    past = _as_past_incident(incident, own_page)
    similar = (
        later for later, page in candidates if compare_incidents(later, page.traits, past).is_enough
    )
    return min(similar, key=lambda later: later.declared_at, default=None)


def describe_similarity(session: Session, incident: Incident, before: Incident) -> str:
    """Return what an incident has in common with a past one, in words."""
    past = _as_past_incident(before, _page_of(session, before))
    return "; ".join(compare_incidents(incident, _page_of(session, incident).traits, past).reasons)


def _candidates(
    session: Session, bot: Bot, incident: Incident, traits: Traits
) -> list[tuple[int, PastIncident]]:
    """Return past incidents that name the same things, newest first.

    All incidents within `repeat_days` are included, whatever they name.
    """
    until = incident.declared_at
    search_range = SearchRange(until - LOOKBACK, until, MAX_CANDIDATES)
    repeat = timedelta(days=bot.policy.postmortem.needed_when.repeat_days)
    candidates = library_search.find_by_words(
        session, incident, build_search_groups(incident.title, traits), search_range
    )
    candidates += library_search.recent(
        session, incident, replace(search_range, since=until - repeat)
    )
    by_id = {past.id: (past.id, _as_past_incident(past, page)) for past, page in candidates}
    return list(by_id.values())


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
    return replace(find_traits(load_record(session, incident)), causes=causes)
