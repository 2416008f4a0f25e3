"""How complete a draft is, and which of its parts are missing."""

from collections.abc import Iterator

from bot.domain.draft import Completeness, Draft
from bot.drafting import wording


def measure(draft: Draft) -> Completeness:
    """Return the completeness over all parts that a template may have."""
    missing = tuple(_find_missing(draft))
    score = round(1 - len(missing) / len(wording.PART_NAMES), 2)
    return Completeness(score=score, missing=missing)


def _find_missing(draft: Draft) -> Iterator[str]:
    """Yield the names of the parts that a draft doesn't have: required ones, then sections."""
    items = draft.action_items
    required = {
        "severity": draft.incident.severity,
        **dict(draft.moments.named()),
        "impact": draft.impact,
        "root_cause": draft.root_cause,
        "action_items": items,
        "owners": items and all(item.owner for item in items),
        "due_dates": items and all(item.due for item in items),
    }
    sections = {name: getattr(draft, name) for name in wording.SECTION_PART_NAMES}
    yield from (name for name, part in (required | sections).items() if not part)
