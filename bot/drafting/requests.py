"""Requests to a person by name, and whether that person agreed.

"Mo, could you write the runbook please" is an action item. It has an owner once Mo says "will do".
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from bot.drafting.reading.lines import Line

_REQUEST = (
    r"(?:\s*[-\u2013\u2014:,]\s*|\s+)(?:(?:pls|please|plz)\b|(?:can|could|would|will) you\b"
    r"|to (?!be\b|have\b|the\b|a\b)[a-z]+ |i (?:will )?need\b)"
)
_POLITE = r"[,:]?\s+(?=[a-z][^.?!]*\b(?:please|pls|plz)\b)"
_IMPERATIVE = (
    r"\s+[-\u2013\u2014]\s+(?!yes|yep|no\b|ok|sure|thanks|the\b|it\b|we\b|is\b|i\b|what|why|how"
    r"|when|where)[a-z]+ "
)
_ASSENT = re.compile(
    (
        r"^\W*(?:yes|yep|yup|yeah|ok(?:ay)?|sure|will do|on it|ack|can do|mine|np|no problem|got it"
        r"|i'?ll|i will|of course|absolutely)\b|^\W*\U0001f44d"
    ),
    re.IGNORECASE,
)
_VOLUNTEERS = re.compile(
    r"^\W*(?:me\b|mine\b|i'?ll (?:take|do) (?:it|that|this)|i can (?:take|do))", re.IGNORECASE
)
_MAX_REPLIES, _SOON = 4, timedelta(minutes=15)
_MIN_NAME_LENGTH = 2  # letters a name needs to be told from other words


def find_names(lines: Sequence[Line]) -> Mapping[str, str]:
    """Return what authors are called, in lower case, each with the full name.

    That's their first name, and in mentions the full one.
    """
    names: dict[str, str] = {}
    for line in lines:
        if line.is_by_person:
            first_name = re.split(r"[\s(.,_-]", line.author, maxsplit=1)[0].casefold()
            for name in (first_name, line.author.casefold()):
                if len(name) >= _MIN_NAME_LENGTH:
                    names.setdefault(name, line.author)
    return names


def make_request_pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern for the start of a request to one of these people; None without names."""
    if not names:
        return None
    choice = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"(?:^|[,;.-] )@?(?P<name>{choice})\b(?:{_REQUEST}|{_IMPERATIVE}|{_POLITE})", re.IGNORECASE
    )


def find_assent(lines: Sequence[Line], position: int, person: str) -> Line | None:
    """Return the reply in which `person` agrees to the request at `position`, or None."""
    return next(
        (
            line
            for line in _next_replies(lines, position)
            if line.author == person and _ASSENT.match(line.prose)
        ),
        None,
    )


def find_taker(lines: Sequence[Line], position: int) -> Line | None:
    """Return the reply in which somebody says "me" to a proposal, or None."""
    author = lines[position].author
    return next(
        (
            line
            for line in _next_replies(lines, position)[:1]
            if line.author != author and _VOLUNTEERS.match(line.prose)
        ),
        None,
    )


def _next_replies(lines: Sequence[Line], position: int) -> list[Line]:
    """Return the next few messages soon after."""
    until = lines[position].event.happened_at + _SOON
    following = lines[position + 1 : position + 1 + _MAX_REPLIES]
    return [line for line in following if line.event.happened_at <= until and line.is_by_person]
