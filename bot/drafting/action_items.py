"""Action items of a draft: those people accepted, and those that messages commit to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import ActionSuggestion, SuggestionState
from bot.domain.key_times import Moments
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting.commitments import DUE, is_commitment, text_after_label
from bot.drafting.prose.antecedents import with_antecedent
from bot.drafting.prose.tasks import as_task
from bot.drafting.reading.lines import (
    Line,
    display_name,
    quote,
    read_record,
    replace_unprintable,
    take_distinct,
)
from bot.drafting.recovery_course import is_end
from bot.drafting.requests import find_assent, find_names, find_taker, make_request_pattern

_TIMES_OF_DAY = {"", "morning", "afternoon", "evening", "night", "noon", "eod", "first thing"}
_BY = re.compile(r" (?:by|before|until|on|due|till)$", re.IGNORECASE)
_FIRST_PERSON = re.compile(
    r"\b(?:i'?ll|i will|i'?m (?:going to|gonna)|i can|let me)\b|^\W*(?:ill|gonna)\b", re.IGNORECASE
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_AHEAD = {"today": 0, "tomorrow": 1, "tmrw": 1}  # days from now
_FEW_WORDS = 6  # words
_MAX_ITEMS = 25
_STEM_LENGTH = 5  # letters


def collect_action_items(
    lines: Sequence[Line], from_messages: Sequence[ActionSuggestion], record: Record
) -> tuple[ActionSuggestion, ...]:
    """Return accepted items in their present state, then new ones found in messages."""
    accepted = [
        _accepted_suggestion(item, lines, record)
        for item in record.action_items
        if item.state in _STATES
    ]
    known_messages = {message for item in accepted for message in item.evidence}
    dropped_messages = {
        item.evidence for item in record.action_items if item.state is ItemState.DROPPED
    }
    known_messages |= {message for message in dropped_messages if message}
    new_items = [
        item
        for item in from_messages
        if not (known_messages.intersection(item.evidence) or _is_known(item, accepted))
    ]
    changed_items = _suggested_items(record)
    return (
        *accepted,
        *(
            _with_changes(item, changed_items, record)
            for item in take_distinct(new_items, _MAX_ITEMS)
        ),
    )


def _suggested_items(record: Record) -> dict[str, ActionItem]:
    """Return stored suggestions that nobody has accepted yet, by their message."""
    suggested = (item for item in record.action_items if item.state is ItemState.SUGGESTED)
    return {item.evidence: item for item in suggested if item.evidence}


def _with_changes(
    suggestion: ActionSuggestion, changed_items: Mapping[str, ActionItem], record: Record
) -> ActionSuggestion:
    """Return a suggestion with the owner, due date and priority that people have since set."""
    item = changed_items.get(suggestion.evidence[0])
    if item is None:
        return suggestion
    return replace(
        suggestion,
        owner=item.owner,
        owner_name=display_name(item.owner, record) if item.owner else None,
        due=item.due,
        priority=item.priority,
    )


def collect_dropped_items(lines: Sequence[Line], record: Record) -> tuple[ActionSuggestion, ...]:
    """Return items that people accepted and later dropped, with their reasons."""
    return tuple(
        replace(
            _accepted_suggestion(item, lines, record),
            because=quote(replace_unprintable(item.dropped_because)),
        )
        for item in record.action_items
        if item.dropped_because
    )


_STATES = {ItemState.OPEN: SuggestionState.ACCEPTED, ItemState.DONE: SuggestionState.DONE}


def _accepted_suggestion(
    item: ActionItem, lines: Sequence[Line], record: Record
) -> ActionSuggestion:
    """Return a stored item as a suggestion.

    One typed by command has that command as evidence, if recorded.
    """
    commands = (
        line.id for line in lines if line.event.kind is EventKind.ACTION and item.text in line.text
    )
    evidence = item.evidence or next(commands, None)
    ticket = record.tickets.get(item.id)
    return ActionSuggestion(
        text=quote(replace_unprintable(item.text)),
        state=_STATES.get(item.state, SuggestionState.DROPPED),
        evidence=(evidence,) if evidence else (),
        owner=item.owner,
        owner_name=display_name(item.owner, record) if item.owner else None,
        due=item.due,
        priority=item.priority,
        item_id=item.id,
        done_at=item.done_at,
        ticket=ticket.key if ticket else "",
        ticket_url=ticket.url if ticket else "",
    )


def find_commitments(lines: Sequence[Line], moments: Moments) -> tuple[ActionSuggestion, ...]:
    """Return what messages commit to, in order: marked, labeled, requested, promised, proposed."""
    return tuple(_find_suggestions(lines, moments))


def _find_suggestions(lines: Sequence[Line], moments: Moments) -> Iterator[ActionSuggestion]:
    follow_up_start = _follow_up_start(lines, moments)
    request_pattern = make_request_pattern(names := find_names(lines))
    for position, line in enumerate(lines):
        marked = Mark.ACTION_ITEM in line.event.marks
        if not line.text or not (marked or line.event.kind is EventKind.MESSAGE):
            continue
        is_over = follow_up_start is not None and line.event.happened_at >= follow_up_start
        request = request_pattern.search(line.prose) if is_over and request_pattern else None
        if marked:
            yield _promised_item(lines, position, line.prose or line.text)
        elif request:
            yield _requested_item(lines, position, names[request["name"].casefold()])
        else:
            yield from _suggest_from_clauses(lines, position, is_over=is_over)


def suggest_from_mark(record: Record) -> ActionSuggestion | None:
    """Return the item in a message marked as an action item; `record` has only that message."""
    lines = [line for line in read_record(record) if line.text]
    return _promised_item(lines, 0, lines[0].prose or lines[0].text) if lines else None


def _follow_up_start(lines: Sequence[Line], moments: Moments) -> datetime | None:
    """Return when people start to discuss follow-up: users are fine, or the end was declared."""
    ends_at = (line.event.happened_at for line in lines if is_end(line))
    known_times = [moment.at for moment in (moments.restored, moments.resolved) if moment]
    return min([*known_times, *ends_at], default=None)


def _suggest_from_clauses(
    lines: Sequence[Line], position: int, *, is_over: bool
) -> Iterator[ActionSuggestion]:
    for number, clause in enumerate(lines[position].clauses):
        if labeled := text_after_label(clause):
            yield _promised_item(lines, position, labeled)
        elif is_commitment(clause, is_after_end=is_over):
            yield _promised_item(lines, position, clause, number)


def _requested_item(lines: Sequence[Line], position: int, person: str) -> ActionSuggestion:
    """Return a request to a person by name.

    It's theirs once they agree, due on a day either of them named.
    """
    line, answer = lines[position], find_assent(lines, position, person)
    messages = (line, answer) if answer else (line,)
    days = (parse_due_date(message.prose, message.said_at) for message in messages)
    return ActionSuggestion(
        text=quote(_without_due_date(as_task(line.prose))),
        state=SuggestionState.SUGGESTED,
        evidence=tuple(message.id for message in messages),
        owner=answer.event.author if answer else None,
        owner_name=answer.author if answer else None,
        due=next((day for day in days if day), None),
    )


def _promised_item(
    lines: Sequence[Line], position: int, text: str, number: int = 0
) -> ActionSuggestion:
    """Return a promise or proposal.

    Its owner is its author for "I", or somebody who answers "me".
    """
    line = lines[position]
    item_text = " ".join(with_antecedent([*line.clauses[:number], text], number, _FEW_WORDS))
    is_own = _FIRST_PERSON.search(text.replace("\u2019", "'"))
    taker = line if is_own else find_taker(lines, position)
    replied = (line, taker) if taker and taker is not line else (line,)
    days = (
        parse_due_date(words, line.said_at)
        for words in (text, *(message.prose for message in replied[1:]))
    )
    return ActionSuggestion(
        text=quote(_without_due_date(as_task(item_text))),
        state=SuggestionState.SUGGESTED,
        evidence=tuple(message.id for message in replied),
        owner=taker.event.author if taker else None,
        owner_name=taker.author if taker else None,
        due=next((day for day in days if day), None),
    )


def _without_due_date(task: str) -> str:
    """Return a task without the day at its end, which is relative to when it was said."""
    found = list(DUE.finditer(task))
    if not found or task[found[-1].end() :].strip() not in _TIMES_OF_DAY:
        return task
    return _BY.sub("", task[: found[-1].start()].rstrip(" ,;")) or task


def parse_due_date(text: str, said_at: datetime) -> date | None:
    """Return the day named in a text, relative to the day it was said, or None."""
    match = DUE.search(text)
    if not match:
        return None
    if match["iso"]:
        return _parse_iso_date(match["iso"])
    day, word = said_at.date(), match["day"].lower()
    if word in _DAYS_AHEAD:
        return day + timedelta(days=_DAYS_AHEAD[word])
    return day + timedelta(days=(_WEEKDAYS.index(word[:3]) - day.weekday() - 1) % 7 + 1)


def _parse_iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_known(item: ActionSuggestion, accepted: Sequence[ActionSuggestion]) -> bool:
    """Return whether an accepted item was made from this: most of the item's words are in it."""
    words = _word_stems(item.text)
    return any(
        len(known_words & words) * 5 > len(known_words) * 3
        for known in accepted
        if (known_words := _word_stems(known.text))
    )


def _word_stems(text: str) -> set[str]:
    """Return the first letters of longer words, so that "refuses" and "refuse" match."""
    return {word[:_STEM_LENGTH] for word in re.findall(r"[^\W_]{4,}", text.casefold())}
