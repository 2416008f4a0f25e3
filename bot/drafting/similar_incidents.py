"""Which incidents of before this one is much like: the likest first, and few of them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain import wording
from bot.domain.incident import Incident
from bot.domain.library_page import Traits
from bot.domain.library_page import sought as folded
from bot.domain.requirement import Earlier
from bot.domain.similar_incident import Related
from bot.domain.similarity import is_common, likeness, subjects

MOST = 3


def related(one: Incident, traits: Traits, earlier: Iterable[Earlier]) -> tuple[Related, ...]:
    """Those that are enough alike; of equals, the last one first."""
    found = [
        (-alike.points, one.declared_at - each.declared_at, each, alike.reasons)
        for each in earlier
        if one.declared_at >= each.declared_at and (alike := likeness(one, traits, each)).enough
    ]
    found.sort(key=lambda each: each[:2])
    return tuple(_told(each, since, why) for _, since, each, why in found[:MOST])


def sought(title: str, traits: Traits) -> list[list[str]]:
    """By what to look for candidates: words that must all be there, in groups of which one is enough."""
    named = [*subjects(title), *traits.services, *traits.alerts, *traits.modes]
    named += [each for each in traits.errors if not is_common(each)]
    return [words for each in named if (words := folded(each))]


def _told(each: Earlier, since: timedelta, why: Sequence[str]) -> Related:
    return Related(
        key=each.key,
        title=each.title,
        declared_at=each.declared_at,
        why="; ".join([*why, wording.ago(since)]),
        link=each.link,
        open_items=each.open_items,
    )
