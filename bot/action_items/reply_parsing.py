"""Parse replies in an action item's thread: done, a person, a priority, not mine.

A reply is understood as a whole or not at all: people also chat there, and "not done yet" is
conversation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.action_item import Priority
from bot.domain.markup import find_mentions

_DONE = re.compile(
    r"(?:(?:it|this|that)(?:'s| is| has been)? |all |i'm |now |finally |already ){0,8}"
    r"(?:done|finished|completed?|shipped|merged|deployed|fixed|closed)"
    r"(?:,? (?:now|today|yesterday|already|thanks|thank you))*"
)
_MINE = re.compile(
    r"(?:that's |it's |this is )?mine|(?:i'll|i will|i can|let me) (?:do|take) (?:it|this|that|this one)"
    r"|(?:i'm )?on it|i'll take this"
)
_NOT_MINE = re.compile(
    r"(?:sorry,? |no,? |this (?:one )?is |that(?:'s| is) |it(?:'s| is) ){0,8}not (?:mine|me|my (?:item|job|task|team))"
    r"|(?:i )?(?:can't|cannot|can not|won't) (?:do|take) (?:it|this|that|this one)"
)
_LATER = re.compile(
    r"(?:please )?(?:snooze|remind me later|remind me again)(?: (?:it|this))?"
    r"(?: (?:for |in )?(?:2|two|a couple of) days)?"
)
_TICKET = re.compile(
    r"(?:please )?(?:(?:create|make|open|file|add) )?(?:a |an |the )?(?:ticket|issue)(?: please| for (?:it|this))*"
)
_YES = re.compile(r"yes|yep|yeah|ok|okay|accept(?:ed)?|agreed|let's do it|\+1")
_NO = re.compile(r"no|nope")
_DROP = re.compile(
    r"(?:drop(?: it| this)?|dropped|not needed|(?:we )?won['\u2019]t do(?: it| this)?|wontfix)"
    r"(?:[\s.,:;]+because[\s,:]+(?P<why>.*\S))?[\s.!,]*",
    re.IGNORECASE | re.DOTALL,
)
_PRIORITY = re.compile(
    r"(?:(?:it|this)(?:'s| is) (?:a )?|make (?:it|this) (?:a )?|prio(?:rity)?:? )?(p[0-4])"
)
_PERSON = re.compile(
    r"(?:(?:this is|that's|it's|it is|this one is) (?:for )?|for |over to |assign(?:ed)?(?: it| this)? to |@?)?"
    r"<@[uw][a-z0-9]+(?:\|[^<>]*)?>(?: (?:can|will|could)(?: you)? (?:do|take) (?:it|this|that)| please)?"
)  # fmt: skip

_NUMBER = re.compile(r"\s*(?:item |number |no\.? ?)?#?([1-9]\d{0,8})(?![\w-])[.:,]*", re.IGNORECASE)
_LATER_NUMBER = re.compile(
    r"(?P<before>.*?\S)[\s.,:;]{1,3}(?:item |number |no\.? ?)?#?(?P<number>[1-9]\d{0,8})"
    r"(?P<reason>[\s.,:;]{1,3}because\b.*)?[\s.!,]*",
    re.IGNORECASE | re.DOTALL,
)
_FOR_WHOM = (
    r"(?:(?:this is|that's|it's|it is) (?:for )?|for |over to |assign(?:ed)?(?: it| this)? to )?"
)
_GROUP = re.compile(_FOR_WHOM + r"<(?:!(?:subteam\^|here|channel|everyone)|#c)[^<>]*>(?: please)?")
_SEVERAL = re.compile(
    _FOR_WHOM + r"<@[uw][^<>]*>(?:(?:,| and|, and| or| \+|/)? ?<@[uw][^<>]*>)+(?: please)?"
)


class Intent(StrEnum):
    """What a person wants of an item, in fixed phrases."""

    DONE = "done"
    MINE = "mine"
    NOT_MINE = "not mine"
    LATER = "later"
    TICKET = "ticket"
    YES = "yes"
    NO = "no"
    DROP = "drop"
    GROUP = "a group is to do it"
    SEVERAL = "several people are to do it"


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """The meaning of a reply; at most one of these is set.

    `because` is the reason for dropping the item.
    """

    intent: Intent | None = None
    owner: str | None = None
    priority: Priority | None = None
    due: date | None = None
    address: str | None = None
    because: str = ""


_PATTERNS = {
    Intent.NOT_MINE: _NOT_MINE,
    Intent.DONE: _DONE,
    Intent.MINE: _MINE,
    Intent.LATER: _LATER,
    Intent.TICKET: _TICKET,
    Intent.YES: _YES,
    Intent.NO: _NO,
    Intent.GROUP: _GROUP,
    Intent.SEVERAL: _SEVERAL,
}


def split_number(text: str) -> tuple[int | None, str]:
    """Split a leading item number off a text: "12", "#12 because ...". Without one, it's None."""
    match = _NUMBER.match(text)
    return (int(match[1]), text[match.end() :].strip()) if match else (None, text)


def split_item_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Yield each number in a reply that may be an item's, and the reply without it.

    It comes last, before a reason, or first: "not mine 2", "won't do 2 because …", "2 friday".
    """
    if match := _LATER_NUMBER.fullmatch(text.strip()):
        yield int(match["number"]), match["before"] + (match["reason"] or "")
    number, rest = split_number(text)
    if number is not None:
        yield number, rest


def parse_reply(text: str) -> ParsedReply | None:
    """Parse a reply with Slack's mentions; None if it's conversation or a date."""
    reply = " ".join(text.lower().replace("\u2019", "'").split()).strip(" .!,")
    for intent, pattern in _PATTERNS.items():
        if pattern.fullmatch(reply):
            return ParsedReply(intent=intent)
    if match := _PRIORITY.fullmatch(reply):
        return ParsedReply(priority=Priority(match[1].upper()))
    if match := _DROP.fullmatch(text.strip()):
        return ParsedReply(intent=Intent.DROP, because=match["why"] or "")
    people = find_mentions(text)
    if len(people) == 1 and _PERSON.fullmatch(reply):
        return ParsedReply(owner=people[0])
    return None
