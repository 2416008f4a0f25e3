"""Facts for customers: figures, times, and posts that were public already.

The public document is built only from these, so nothing else can get into it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.draft import Draft, ImpactKind
from bot.domain.key_times import FORMULAS
from bot.domain.membership_type import remove_outsider_label
from bot.rendering.json_times import iso_utc_seconds

SCHEMA = "debrief.public/1"
_MOMENTS = ("started", "restored", "resolved")
_DURATIONS = ("ttm", "ttr")
# Money and tickets are internal, and an SLA depends on each contract.
_FIGURES = [
    ImpactKind.USERS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
    ImpactKind.REGIONS,
    ImpactKind.DATA,
    ImpactKind.DURATION,
    ImpactKind.LATENCY,
]
_ADDRESS = re.compile(r"<?\b[a-z][a-z0-9+.-]{0,30}://\S+|\bwww\.\S+|\bmailto:\S+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w.-])[\w.-]*[\w-]\.[a-z]{2,}/\S*", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_MENTION = re.compile(r"<@[^>\s]*>?|(?<!\w)@[\w.-]+")
_CHANNEL = re.compile(r"<#[^>\s]*>?|(?<!\w)#(?=[\w-]*[^\W\d])[\w-]+")
_PERSON, _PLACE, _LINK = "a responder", "a channel", "(link left out)"
_MIN_NAME_PART = 3  # letters in a part of a name; initials or a "de" occur in many sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicFigure:
    """A figure of the impact, without its original words."""

    kind: ImpactKind
    value: int | float
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A post on the status page."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicFacts:
    """All content of a public document.

    `title` is None if the incident has none that can be shown. Unknown moments and durations are
    None.
    """

    title: str | None
    day: date
    moments: dict[str, datetime | None]
    durations: dict[str, timedelta | None]
    impact: tuple[PublicFigure, ...]
    posts: tuple[Post, ...]


def collect(draft: Draft) -> PublicFacts:
    """Return the public facts of a draft, without people, channels and links."""
    moments = dict(draft.moments.named())
    durations = dict(draft.durations.named())
    started = draft.moments.started
    return PublicFacts(
        title=_title(draft),
        day=(started.at if started else draft.incident.declared_at).date(),
        moments={name: at.at if (at := moments[name]) else None for name in _MOMENTS},
        durations={name: durations[name] for name in _DURATIONS},
        impact=tuple(
            PublicFigure(kind=figure.kind, value=figure.value, unit=figure.unit or "")
            for kind in _FIGURES
            for figure in draft.impact
            if figure.kind is kind and figure.value is not None
        ),
        posts=tuple(
            Post(at=row.at, text=_without_people(row.text, draft))
            for row in draft.timeline
            if row.is_post
        ),
    )


def as_json(facts: PublicFacts) -> str:
    """Return the public facts as JSON, with times in UTC with `Z` and durations in seconds."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "title": facts.title,
        "date": facts.day.isoformat(),
        "moments": {name: at and iso_utc_seconds(at) for name, at in facts.moments.items()},
        "durations": {
            **{
                name: None if span is None else int(span.total_seconds())
                for name, span in facts.durations.items()
            },
            "formulas": {name: FORMULAS[name] for name in _DURATIONS},
        },
        "impact": [
            {"kind": figure.kind.published, "value": figure.value, "unit": figure.unit}
            for figure in facts.impact
        ],
        "posts": [{"at": iso_utc_seconds(post.at), "text": post.text} for post in facts.posts],
        "to_write": ["what_happened", "what_is_done", "apology"],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _title(draft: Draft) -> str | None:
    """Return the title without people; None for a transcript, which has none."""
    title = draft.incident.title.strip()
    return _without_people(title, draft) if title and draft.incident.is_titled else None


def _without_people(text: str, draft: Draft) -> str:
    for pattern, instead in (
        (_MAIL, _PERSON),
        (_ADDRESS, _LINK),
        (_HOST, _LINK),
        (_MENTION, _PERSON),
        (_CHANNEL, _PLACE),
    ):
        text = pattern.sub(instead, text)
    if not draft.incident.channel.isalpha():  # a name like `payments` may be an ordinary word
        text = _word_pattern([draft.incident.channel], ignore_case=True).sub(_PLACE, text)
    return _remove_names(text, _people(draft))


def _remove_names(text: str, names: set[str]) -> str:
    """Replace full names in any case, and parts of names only if capitalized.

    Many parts of names are ordinary words too.
    """
    parts = {
        part for name in names for part in re.split(r"[\s.]+", name) if len(part) >= _MIN_NAME_PART
    }
    parts |= {part.capitalize() for part in parts}
    for words, ignore_case in ((names, True), (parts, False)):
        # Earlier replacements must not be taken for names.
        replacements = "|".join(map(re.escape, (_PERSON, _PLACE, _LINK)))
        pattern = _word_pattern(words, ignore_case=ignore_case)
        name_pattern = re.compile(f"({replacements})|{pattern.pattern}", pattern.flags)
        text = name_pattern.sub(lambda match: match[1] or _PERSON, text)
    return text


def _people(draft: Draft) -> set[str]:
    items = {item.owner_name for item in draft.action_items} | {
        item.owner for item in draft.action_items
    }
    named = {participant.name for participant in draft.participants} | items | {draft.incident.lead}
    return {remove_outsider_label(name) for name in named if name}


def _word_pattern(words: Iterable[str], *, ignore_case: bool) -> re.Pattern[str]:
    longest_first = sorted(filter(None, words), key=lambda word: (-len(word), word))
    choice = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{choice})(?!\w)", re.IGNORECASE if ignore_case else 0)
