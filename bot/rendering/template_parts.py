"""Find the parts of a postmortem that a template has: those whose absence changes the result."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from typing import Any

from bot.domain.draft import Completeness, Draft
from bot.domain.key_times import MOMENT_NAMES, Moments
from bot.drafting import wording
from bot.drafting.key_times.finding import compute_durations
from bot.rendering import render
from bot.rendering.sample_drafts import make_full_draft

# Templates of teams may still use the shorter form.
_OPEN_QUESTION = re.compile(r"\*\*Open(?: question)?:\*\*")


def find_parts(to_text: Callable[[Draft], str]) -> frozenset[str]:
    """Render a full draft, then without each part in turn; return the parts that make a difference."""
    whole = to_text(_with_moments(make_full_draft(), make_full_draft().moments))
    return frozenset(
        name for name, lacking in _drafts_without_parts().items() if to_text(lacking) != whole
    )


def count_open_questions(document: str, listed: Collection[str] = ()) -> int:
    """Count the open questions of a document in Markdown: in its text, or in its list of them.

    `listed` are the draft's open questions. Most of them are in the text as well, so the larger
    number counts.
    """
    shown = [question for question in listed if render.markdown(question) in document]
    return max(len(_OPEN_QUESTION.findall(document)), len(shown))


def fit_to_parts(draft: Draft, parts: Collection[str], open_questions: int = 0) -> Draft:
    """Return the draft with its completeness counted over these parts alone.

    `open_questions` is how many the document shows. A template may ask more than one for each part,
    or some that no part answers, so none of these documents is complete.
    """
    missing = tuple(name for name in draft.completeness.missing if name in parts)
    is_open = max(len(missing), open_questions)
    score = round(1 - is_open / max(len(parts), is_open), 2) if is_open else 1.0
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
        **{name: _without_section(draft, name) for name in wording.SECTION_PART_NAMES},
    }


def _with_moments(draft: Draft, moments: Moments) -> Draft:
    return replace(draft, moments=moments, durations=compute_durations(moments))


def _without_section(draft: Draft, name: str) -> Draft:
    lacking: dict[str, Any] = {name: ()}
    return replace(draft, **lacking)
