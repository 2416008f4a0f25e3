"""Find the parts of a postmortem that a template has: those whose absence changes the result."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache

from bot.domain.draft import Completeness, Draft
from bot.domain.key_times import MOMENT_NAMES, Moments
from bot.drafting.key_times.finding import compute_durations
from bot.rendering.sample_drafts import make_full_draft


def find_parts(render: Callable[[Draft], str]) -> frozenset[str]:
    """Render a full draft, then without each part in turn; return the parts that make a difference."""
    whole = render(_with_moments(make_full_draft(), make_full_draft().moments))
    return frozenset(
        name for name, lacking in _drafts_without_parts().items() if render(lacking) != whole
    )


def fit_to_parts(draft: Draft, parts: Collection[str]) -> Draft:
    """Return the draft with its completeness counted over these parts alone."""
    missing = tuple(name for name in draft.completeness.missing if name in parts)
    score = round(1 - len(missing) / len(parts), 2) if parts else 1.0
    return replace(draft, completeness=Completeness(score=score, missing=missing))


@cache
def _drafts_without_parts() -> dict[str, Draft]:
    """Return full drafts that lack one part each, by the part's name."""
    draft, items = (
        _with_moments(make_full_draft(), make_full_draft().moments),
        make_full_draft().action_items,
    )
    return {
        **{
            name: _with_moments(draft, replace(draft.moments, **{name: None}))
            for name in MOMENT_NAMES
        },
        "severity": replace(draft, incident=replace(draft.incident, severity=None)),
        "impact": replace(draft, impact=()),
        "root_cause": replace(draft, root_cause=()),
        "action_items": replace(draft, action_items=()),
        "owners": replace(
            draft, action_items=tuple(replace(item, owner_name=None) for item in items)
        ),
        "due_dates": replace(draft, action_items=tuple(replace(item, due=None) for item in items)),
    }


def _with_moments(draft: Draft, moments: Moments) -> Draft:
    return replace(draft, moments=moments, durations=compute_durations(moments))
