"""Select similar past incidents: the most similar first, and only a few."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.incident import Incident
from bot.domain.library_page import Traits
from bot.domain.library_page import split_search_words as folded
from bot.domain.requirement import PastIncident
from bot.domain.similar_incident import SimilarIncident
from bot.domain.similarity import compare_incidents, find_subjects, is_common
from bot.drafting import wording

MAX_SIMILAR = 3


def rank_similar(
    one: Incident, traits: Traits, earlier: Iterable[PastIncident]
) -> tuple[SimilarIncident, ...]:
    """Return the incidents that are similar enough; of equals, the latest first."""
    found = [
        (-alike.points, one.declared_at - each.declared_at, each, alike.reasons)
        for each in earlier
        if one.declared_at >= each.declared_at
        and (alike := compare_incidents(one, traits, each)).is_enough
    ]
    found.sort(key=lambda each: each[:2])
    return tuple(_make_similar(each, since, why) for _, since, each, why in found[:MAX_SIMILAR])


def build_search_groups(title: str, traits: Traits) -> list[list[str]]:
    """Return groups of words for finding candidates: all words of at least one group must match."""
    named = [*find_subjects(title), *traits.services, *traits.alerts, *traits.modes]
    named += [each for each in traits.errors if not is_common(each)]
    return [words for each in named if (words := folded(each))]


def _make_similar(each: PastIncident, since: timedelta, why: Sequence[str]) -> SimilarIncident:
    return SimilarIncident(
        key=each.key,
        title=each.title,
        declared_at=each.declared_at,
        why="; ".join([*why, wording.time_before(since)]),
        link=each.link,
        open_items=each.open_items,
    )
