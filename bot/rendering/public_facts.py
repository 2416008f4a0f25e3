"""What may be told to customers: figures and times, and what was public before.

The public document is made from this value alone, so that nothing else can get into it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.draft import FORMULAS, Draft, ImpactKind
from bot.domain.membership_type import unmarked

SCHEMA = "debrief.public/1"
_MOMENTS = ("started", "restored", "resolved")
_DURATIONS = ("ttm", "ttr")
# Money and tickets are counted for the house; an SLA is a matter of each contract.
_FIGURES = [
    ImpactKind.USERS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
    ImpactKind.REGIONS,
    ImpactKind.DATA,
    ImpactKind.DURATION,
]
_ADDRESS = re.compile(r"<?\b[a-z][a-z0-9+.-]{0,30}://\S+|\bwww\.\S+|\bmailto:\S+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w.-])[\w.-]*[\w-]\.[a-z]{2,}/\S*", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_MENTION = re.compile(r"<@[^>\s]*>?|(?<!\w)@[\w.-]+")
_CHANNEL = re.compile(r"<#[^>\s]*>?|(?<!\w)#(?=[\w-]*[^\W\d])[\w-]+")
_PERSON, _PLACE, _LINK = "a responder", "a channel", "(link left out)"
_SHORTEST = 3  # letters of a part of a name; an initial or a "de" is in many a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure of the impact, without the words that it was given in."""

    kind: ImpactKind
    value: int | float
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What the status page said."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Public:
    """Everything that a public document may hold. `title` is None where the incident has none
    that can be shown; a moment or a duration that is not known is None."""

    title: str | None
    day: date
    moments: dict[str, datetime | None]
    durations: dict[str, timedelta | None]
    impact: tuple[Figure, ...]
    posts: tuple[Post, ...]


def public(draft: Draft) -> Public:
    """Take from a draft what may be told to everybody; people, channels and links are left out."""
    moments = dict(draft.moments.named())
    durations = dict(draft.durations.named())
    started = draft.moments.started
    return Public(
        title=_title(draft),
        day=(started.at if started else draft.incident.declared_at).date(),
        moments={name: at.at if (at := moments[name]) else None for name in _MOMENTS},
        durations={name: durations[name] for name in _DURATIONS},
        impact=tuple(
            Figure(kind=each.kind, value=each.value, unit=each.unit or "")
            for kind in _FIGURES
            for each in draft.impact
            if each.kind is kind and each.value is not None
        ),
        posts=tuple(
            Post(at=row.at, text=_without_people(row.text, draft))
            for row in draft.timeline
            if row.is_post
        ),
    )


def as_json(shown: Public) -> str:
    """The public facts as JSON: times in UTC with `Z`, durations in seconds."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "title": shown.title,
        "date": shown.day.isoformat(),
        "moments": {name: at and _utc(at) for name, at in shown.moments.items()},
        "durations": {
            **{
                name: None if span is None else int(span.total_seconds())
                for name, span in shown.durations.items()
            },
            "formulas": {name: FORMULAS[name] for name in _DURATIONS},
        },
        "impact": [
            {"kind": each.kind, "value": each.value, "unit": each.unit} for each in shown.impact
        ],
        "posts": [{"at": _utc(post.at), "text": post.text} for post in shown.posts],
        "to_write": ["what_happened", "what_is_done", "apology"],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _title(draft: Draft) -> str | None:
    """The title without people; None for a draft of a transcript, whose title is its channel."""
    title = draft.incident.title.strip()
    if not title or title.lstrip("#").casefold() == draft.incident.channel.lstrip("#").casefold():
        return None
    return _without_people(title, draft)


def _without_people(text: str, draft: Draft) -> str:
    for pattern, instead in (
        (_MAIL, _PERSON),
        (_ADDRESS, _LINK),
        (_HOST, _LINK),
        (_MENTION, _PERSON),
        (_CHANNEL, _PLACE),
    ):
        text = pattern.sub(instead, text)
    if not draft.incident.channel.isalpha():  # a channel called `payments` is a word like others
        text = _whole([draft.incident.channel], ignore_case=True).sub(_PLACE, text)
    return _nobody_named(text, _people(draft))


def _nobody_named(text: str, names: set[str]) -> str:
    """Whole names in any case; a part of one only as names are written, as many are words too."""
    parts = {part for name in names for part in re.split(r"[\s.]+", name) if len(part) >= _SHORTEST}
    parts |= {part.capitalize() for part in parts}
    for words, ignore_case in ((names, True), (parts, False)):
        # What was put in before must not be read as somebody's name once more.
        kept = "|".join(map(re.escape, (_PERSON, _PLACE, _LINK)))
        pattern = _whole(words, ignore_case=ignore_case)
        found = re.compile(f"({kept})|{pattern.pattern}", pattern.flags)
        text = found.sub(lambda match: match[1] or _PERSON, text)
    return text


def _people(draft: Draft) -> set[str]:
    items = {item.owner_name for item in draft.action_items} | {
        item.owner for item in draft.action_items
    }
    named = {each.name for each in draft.participants} | items | {draft.incident.lead}
    return {unmarked(name) for name in named if name}


def _whole(words: Iterable[str], *, ignore_case: bool) -> re.Pattern[str]:
    longest_first = sorted(filter(None, words), key=lambda each: (-len(each), each))
    choice = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{choice})(?!\w)", re.IGNORECASE if ignore_case else 0)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
