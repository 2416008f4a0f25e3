"""Action items: those people accepted, and those the talk commits to."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import ActionSuggestion, Moments, SuggestionState
from bot.domain.rules.reading import Line, clean, name_of, quote
from bot.domain.timeline import Kind, Mark, Record

_CHANGE = (
    r"(?:add|alert|automate|backport|bump|change|clean up|create|cover|disable|document|enable|"
    r"enforce|extend|file|fix|follow up|harden|implement|improve|increase|introduce|investigate|"
    r"limit|make|migrate|monitor|move|open|prevent|protect|put|rate.?limit|refactor|remove|replace|"
    r"require|review|rewrite|schedule|set up|split|stop|switch|teach|test|track|update|upgrade|"
    r"validate|work on|write)"
)
_LABELLED = re.compile(
    r"^\W{0,4}(?:action items?|action|ai|todo|to-do|follow[- ]?ups?)\b\W{0,2}[:\]\-]\W{0,3}(?P<what>.{4,})",
    re.IGNORECASE,
)
# A promise: first person, a verb of lasting change, and an object that lasts. "I'll restart it" is a
# step of the response; "I'll add an alert" outlives it.
_LASTING = (
    r"(?:alert\w*|monitor\w*|runbook|docs?|documentation|tests?|ticket|issue|follow[- ]?up|dashboard|"
    r"postmortem|post-mortem|retro|review|check|guard|limit|validation|automat\w*|process|policy|"
    r"script|cleanup|pr|pull request|fix)\b"
)
_PROMISE = re.compile(
    rf"\b(?:i'?ll|i will|i'?m going to|i can|let me|we'?ll|we will)\s+(?:\w+\s+){{0,2}}?{_CHANGE}\b",
    re.IGNORECASE,
)
_PROPOSAL = re.compile(
    rf"\b(?:we|someone|somebody) (?:should|need to|ought to|must)\s+(?:\w+\s+){{0,2}}?{_CHANGE}\b",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\b(?:ideally|imo|imho|probably|really|long[- ]term|at some point|eventually|in (?:the )?future|"
    r"afterwards?|tomorrow|next (?:week|sprint|month|quarter)|later|from now on|follow[- ]?up|so that)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:i'?ll|i will|i'?m going to|i can|let me)\b", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DUE = re.compile(
    rf"\b(?:by|before|until|on|due|next)?\s*(?P<day>{'|'.join(_DAYS)}|tomorrow|today)\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_MOST = 25
_HEAD = 5  # letters


def action_items(
    lines: Sequence[Line], moments: Moments, record: Record
) -> tuple[ActionSuggestion, ...]:
    """What people accepted or the bot suggested before, then what the talk adds to it."""
    kept = [_kept(item, lines, record) for item in record.action_items if item.state in _SHOWN]
    known = {each for item in kept for each in item.evidence}
    dropped = {item.evidence for item in record.action_items if item.state is ItemState.DROPPED}
    known |= {each for each in dropped if each}
    fresh = [
        item
        for item in _suggested(lines, moments)
        if not (known.intersection(item.evidence) or _said_before(item, kept))
    ]
    return (*kept, *_each_once(fresh))


def commitments(lines: Sequence[Line], moments: Moments) -> set[str]:
    """The messages that commit to something, suggested or not: they tell of what is to come."""
    return {each for item in _suggested(lines, moments) for each in item.evidence}


_SHOWN = {ItemState.SUGGESTED, ItemState.OPEN, ItemState.DONE}


def _kept(item: ActionItem, lines: Sequence[Line], record: Record) -> ActionSuggestion:
    """An action item as stored. One typed by command rests on that command, where it is recorded."""
    deed = (line.id for line in lines if line.event.kind is Kind.ACTION and item.text in line.text)
    evidence = item.evidence or next(deed, None)
    suggested = item.state is ItemState.SUGGESTED
    return ActionSuggestion(
        text=quote(clean(item.text)),
        state=SuggestionState.SUGGESTED if suggested else SuggestionState.ACCEPTED,
        evidence=(evidence,) if evidence else (),
        owner=item.owner,
        owner_name=name_of(item.owner, record) if item.owner else None,
        due=item.due,
        priority=item.priority,
        item_id=item.id,
    )


def _suggested(lines: Sequence[Line], moments: Moments) -> Iterator[ActionSuggestion]:
    calm = moments.restored or moments.resolved
    for line in lines:
        if line.event.kind is not Kind.MESSAGE or not line.text:
            continue
        if Mark.ACTION_ITEM in line.event.marks:
            yield _suggestion(line, line.prose or line.text)
            continue
        over = calm is not None and line.event.happened_at >= calm.at
        for clause in line.clauses:
            if text := _commitment(clause, over=over):
                yield _suggestion(line, text)


def _commitment(clause: str, *, over: bool) -> str | None:
    """The text of an action item when a clause is one. In most talk "we should" is none.

    A proposal counts only when the speaker puts it past the incident (by a word such as "ideally" or
    "tomorrow"), or when users were already well again; a promise only when its object lasts.
    """
    if labelled := _LABELLED.match(clause):
        return labelled["what"]
    if clause.rstrip(")").endswith("?"):
        return None
    words = clause.replace("\u2019", "'")
    if _PROPOSAL.search(words) and (over or _MEANT.search(words)):
        return clause
    promised = _PROMISE.search(words) and re.search(_LASTING, words, re.IGNORECASE)
    return clause if promised and (_MEANT.search(words) or _DUE.search(words)) else None


def _suggestion(line: Line, text: str) -> ActionSuggestion:
    mine = _FIRST_PERSON.search(text.replace("\u2019", "'"))
    return ActionSuggestion(
        text=quote(text),
        state=SuggestionState.SUGGESTED,
        evidence=(line.id,),
        owner=line.event.author if mine else None,
        owner_name=line.author if mine else None,
        due=due_date(text, line.said_at),
    )


def due_date(text: str, said_at: datetime) -> date | None:
    """The day that a text names, counted from the day it was said; None when it names none."""
    match = _DUE.search(text)
    if not match:
        return None
    if match["iso"]:
        return _iso(match["iso"])
    day, word = said_at.date(), match["day"].lower()
    if word in {"today", "tomorrow"}:
        return day + timedelta(days=word == "tomorrow")
    return day + timedelta(days=(_DAYS.index(word) - day.weekday() - 1) % 7 + 1)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _said_before(item: ActionSuggestion, kept: Sequence[ActionSuggestion]) -> bool:
    """Whether an item that people accepted has most of its words in this: it came of it."""
    words = _heads(item.text)
    return any(len(own & words) * 5 > len(own) * 3 for each in kept if (own := _heads(each.text)))


def _heads(text: str) -> set[str]:
    """The beginnings of the longer words, by which "refuses" and "refuse" are one."""
    return {word[:_HEAD] for word in re.findall(r"[^\W_]{4,}", text.casefold())}


def _each_once(items: Sequence[ActionSuggestion]) -> list[ActionSuggestion]:
    seen: dict[str, ActionSuggestion] = {}
    for item in items:
        seen.setdefault(item.text.casefold(), item)
    return list(seen.values())[:_MOST]
