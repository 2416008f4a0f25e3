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
    incident: Incident, traits: Traits, past_incidents: Iterable[PastIncident]
) -> tuple[SimilarIncident, ...]:
    """Return the incidents that are similar enough; of equals, the latest first."""
    ranked = [
        (-alike.points, incident.declared_at - past.declared_at, past, alike.reasons)
        for past in past_incidents
        if incident.declared_at >= past.declared_at
        and (alike := compare_incidents(incident, traits, past)).is_enough
    ]
    ranked.sort(key=lambda past: past[:2])
    return tuple(
        _make_similar(past, since, reasons) for _, since, past, reasons in ranked[:MAX_SIMILAR]
    )


def build_search_groups(title: str, traits: Traits) -> list[list[str]]:
    """Return groups of words for finding candidates: all words of at least one group must match."""
    names = [*find_subjects(title), *traits.services, *traits.alerts, *traits.modes]
    names += [name for name in traits.errors if not is_common(name)]
    return [words for name in names if (words := folded(name))]


def _make_similar(past: PastIncident, since: timedelta, reasons: Sequence[str]) -> SimilarIncident:
    return SimilarIncident(
        key=past.key,
        title=past.title,
        declared_at=past.declared_at,
        why="; ".join([*reasons, wording.time_before(since)]),
        link=past.link,
        open_items=past.open_items,
    )
