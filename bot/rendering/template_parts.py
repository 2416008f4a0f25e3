"""Which parts of a postmortem a template has: those that it shows otherwise when they are missing."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache

from bot.domain.draft import Completeness, Draft
from bot.domain.key_times import MOMENT_NAMES, Moments
from bot.drafting.key_times.finding import compute_durations
from bot.rendering.sample_drafts import make_full_draft


def parts_shown(render: Callable[[Draft], str]) -> frozenset[str]:
    """Render a full draft, then without each part in turn; return the parts that make a difference."""
    whole = render(_timed(make_full_draft(), make_full_draft().moments))
    return frozenset(name for name, lacking in _lacking().items() if render(lacking) != whole)


def fitted(draft: Draft, parts: Collection[str]) -> Draft:
    """Return the draft with its completeness counted over these parts alone."""
    missing = tuple(name for name in draft.completeness.missing if name in parts)
    score = round(1 - len(missing) / len(parts), 2) if parts else 1.0
    return replace(draft, completeness=Completeness(score=score, missing=missing))


@cache
def _lacking() -> dict[str, Draft]:
    """A full draft without each of its parts, by the part's name."""
    draft, items = (
        _timed(make_full_draft(), make_full_draft().moments),
        make_full_draft().action_items,
    )
    return {
        **{name: _timed(draft, replace(draft.moments, **{name: None})) for name in MOMENT_NAMES},
        "severity": replace(draft, incident=replace(draft.incident, severity=None)),
        "impact": replace(draft, impact=()),
        "root_cause": replace(draft, root_cause=()),
        "action_items": replace(draft, action_items=()),
        "owners": replace(
            draft, action_items=tuple(replace(each, owner_name=None) for each in items)
        ),
        "due_dates": replace(draft, action_items=tuple(replace(each, due=None) for each in items)),
    }


def _timed(draft: Draft, moments: Moments) -> Draft:
    return replace(draft, moments=moments, durations=compute_durations(moments))
