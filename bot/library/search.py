"""Full-text search of past incidents."""

from dataclasses import dataclass

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.library_query import MatchedLine, find_matching_line, parse_query
from bot.incidents import permalinks
from bot.people import permissions
from storage import library_search
from storage.engine.store import Session

MAX_RESULTS = 10  # incidents in a search result, to fit in one message


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
    query = parse_query(typed, bot.policy.command)
    matches = library_search.find(session, query, actor.channels, MAX_RESULTS)
    hits = tuple(
        SearchResult(
            incident,
            find_matching_line(page, query),
            permalinks.for_postmortem(session, incident.id),
        )
        for incident, page in matches.incidents
        if permissions.may_see(session, actor, incident)
    )
    return SearchResults(hits, matches.total - len(hits))
