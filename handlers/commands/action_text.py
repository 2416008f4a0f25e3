"""Parse `/incident action text @owner friday P2`: owner, due date and priority in any order."""

import re
from dataclasses import dataclass
from datetime import date

from bot.action_items.due_dates import take_trailing_date
from bot.domain.action_item import Priority
from bot.domain.action_item_errors import GroupAsOwner, NoOwner, TooManyOwners
from bot.domain.errors import NotAPerson, NothingToDo
from bot.domain.markup import find_mentions
from bot.rendering import text_filters

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^|<!(?:here|channel|everyone)|<#C")
_PRIORITY = re.compile(r"(?:^|\s)(P[0-4])$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedItem:
    """An action item as typed. `phrase` is the wording of the due date."""

    text: str
    owner: str
    due: date | None
    priority: Priority | None
    phrase: str


def parse(typed: str, today: date, command: str) -> ParsedItem:
    """Parse one action item.

    Raises NoOwner, TooManyOwners or GroupAsOwner unless it names exactly one person, and
    NothingToDo if there's no other text.
    """
    owner = _find_owner(typed, command)
    before, after = _MENTION.split(typed, maxsplit=1)
    after, due, priority, phrase = _split_endings(after.strip(), today)
    before, due_before, priority_before, phrase_before = _split_endings(before.strip(), today)
    text = " ".join(f"{before} {after}".split())
    if not text:
        raise NothingToDo(command=command)
    return ParsedItem(
        text=text,
        owner=owner,
        due=due or due_before,
        priority=priority or priority_before,
        phrase=phrase or phrase_before,
    )


def parse_one_person(typed: str) -> str:
    """Return the one person that a text mentions. Raises NotAPerson if it's none or several."""
    people = find_mentions(typed)
    if len(people) != 1:
        raise NotAPerson(given=text_filters.quoted(typed, {}, 100))
    return people[0]


def _find_owner(typed: str, command: str) -> str:
    people = find_mentions(typed)
    if not people and _GROUP.search(typed):
        raise GroupAsOwner
    if not people:
        raise NoOwner(command=command)
    if len(people) > 1:
        raise TooManyOwners(count=len(people))
    return people[0]


def _split_endings(text: str, today: date) -> tuple[str, date | None, Priority | None, str]:
    """Split a due date and a priority off the end, in either order."""
    text, priority = _take_priority(text)
    text, due, phrase = take_trailing_date(text, today=today)
    if priority is None:
        text, priority = _take_priority(text)
    return text, due, priority, phrase


def _take_priority(text: str) -> tuple[str, Priority | None]:
    match = _PRIORITY.search(text)
    if match is None:
        return text, None
    return text[: match.start()].strip(), Priority(match[1].upper())
